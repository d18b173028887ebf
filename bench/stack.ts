import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { usablePort } from '@aideator/gateway/port';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';

const ROOT = resolve(import.meta.dirname, '..');
const READY_LIMIT_MS = 5 * 60_000;

export interface Stack extends AsyncDisposable {
  /** Where the web app answers. */
  url: string;
  gateway: ScriptedGateway;
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('no output to read');
  const lines: string[] = [];
  const timer = setTimeout(() => child.kill('SIGTERM'), READY_LIMIT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('is ready')) return;
    }
    throw new Error(`the program did not start:\n${lines.slice(-20).join('\n')}`);
  } finally {
    clearTimeout(timer);
    child.stdout.resume();
  }
}

/** The whole program as `npm start` runs it, on a free port, with its data in a new folder and the scripted gateway in place of LiteLLM. */
export async function startStack(): Promise<Stack> {
  const home = await mkdtemp(join(tmpdir(), 'aideator-bench-'));
  const gateway = await startScriptedGateway();
  const port = await usablePort();
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'bootstrap.mjs'), 'start'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      AIDEATOR_HOME: home,
      LITELLM_BASE_URL: gateway.baseUrl,
      LITELLM_API_KEY: `sk-${randomBytes(8).toString('hex')}`,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const dispose = async () => {
    child.kill('SIGTERM');
    await exited;
    await gateway.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await untilReady(child);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { url: `http://localhost:${port}`, gateway, [Symbol.asyncDispose]: dispose };
}
