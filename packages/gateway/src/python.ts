import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CANDIDATES = [
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3',
  'python3.14',
  'python',
];
const VERSION_MIN = 10;
/** The locked packages have no wheels for newer versions. */
const VERSION_MAX = 14;
const PROBE = 'import sys, venv; print(sys.executable, *sys.version_info[:2], sep="\\n")';

export interface Python {
  path: string;
  /** `3.12` */
  version: string;
}

/**
 * Finds a usable Python (3.10 to 3.14): `AIDEATOR_PYTHON` and nothing else when it is set, otherwise one on PATH.
 * Returns undefined when there is none.
 */
export async function findPython(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Python | undefined> {
  const chosen = env.AIDEATOR_PYTHON?.trim();
  for (const candidate of chosen ? [chosen] : CANDIDATES) {
    const found = await probe(candidate, env, signal);
    if (found) return found;
  }
  return undefined;
}

async function probe(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Python | undefined> {
  try {
    const { stdout } = await run(command, ['-c', PROBE], { env, signal, timeout: 20_000 });
    const [path = '', major, minor] = stdout.trim().split('\n');
    if (major !== '3' || Number(minor) < VERSION_MIN || Number(minor) > VERSION_MAX) return undefined;
    return { path, version: `${major}.${minor}` };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
