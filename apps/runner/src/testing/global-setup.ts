import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD_SCRIPT = fileURLToPath(new URL('../../build.ts', import.meta.url));

/** Builds the runner once, before all tests that start it as a process, in this package and others. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [BUILD_SCRIPT], { timeout: 60_000 });
}
