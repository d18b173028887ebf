import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { usablePort } from '@aideator/gateway/port';

const ROOT = resolve(import.meta.dirname, '..', '..');
const READY_LIMIT_MS = 8 * 60_000;
const LINES_KEPT_MAX = 40;

export interface Program {
  /** The address of the web app. */
  url: string;
  /** Stops the program as Ctrl-C does and waits for its exit. */
  close(): Promise<void>;
}

/** Variables that make the program use the scripted gateway instead of LiteLLM. */
export function scriptedGatewayEnv(baseUrl: string): Record<string, string> {
  return {
    LITELLM_BASE_URL: baseUrl,
    LITELLM_API_KEY: `sk-${randomBytes(8).toString('hex')}`,
    GATEWAY_TOKEN_SECRET: randomBytes(32).toString('base64url'),
  };
}

/** Runs `npm start` on a free port with these variables. Resolves when the program is ready. */
export async function startProgram(env: Readonly<Record<string, string>>): Promise<Program> {
  const port = await usablePort();
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'bootstrap.mjs'), 'start'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await untilReady(child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://localhost:${port}`, close };
}

async function untilReady(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  const timer = setTimeout(() => child.kill('SIGTERM'), READY_LIMIT_MS);
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT_MAX) lines.shift();
      if (line.includes('is ready')) ready.resolve();
    });
  }
  child.once('exit', () => ready.reject(new Error(`The program did not start:\n${lines.join('\n')}`)));
  try {
    await ready.promise;
  } finally {
    clearTimeout(timer);
  }
}
