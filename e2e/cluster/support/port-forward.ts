import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const READY_LIMIT_MS = 30_000;

export interface PortForward {
  namespace: string;
  /** Such as `service/aideator-web`. kubectl chooses one of its pods and keeps it. */
  target: string;
  targetPort: number;
  /** A free port of this machine. */
  port: number;
}

/** Forwards a port of this machine into the cluster until disposed. Resolves when connections are accepted. */
export async function startPortForward(forward: PortForward): Promise<AsyncDisposable> {
  const { namespace, target, targetPort, port } = forward;
  const args = ['--namespace', namespace, 'port-forward', target, `${port}:${targetPort}`];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const end = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  // It prints a line for every connection, so its output must be read continuously.
  const output = createInterface(child.stdout);
  try {
    await Promise.race([
      once(output, 'line', { signal: AbortSignal.timeout(READY_LIMIT_MS) }),
      exited.then(() => Promise.reject(new Error(`kubectl ${args.join(' ')} has ended`))),
    ]);
  } catch (error) {
    await end();
    throw error;
  }
  output.on('line', () => undefined);
  return { [Symbol.asyncDispose]: end };
}
