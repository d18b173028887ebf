import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateDir, type Place } from './place.ts';

export const SUPERUSER = 'postgres';
export const APP_ROLE = 'aideator';
export const APP_DATABASE = 'aideator';

const OUTPUT_CHARS_MAX = 8_000;
const PROGRAM_TIMEOUT_MS = 120_000;

/** Creates the cluster, its role and its database if they do not exist. Returns the password of both roles. */
export async function ensureCluster(place: Place, options: { fsync: boolean }): Promise<string> {
  const exists = await isCluster(place);
  const passwordPath = join(place.home, 'password');
  const known = (await readFile(passwordPath, 'utf8').catch(() => '')).trim();
  if (exists && known !== '') return known;
  const password = known || randomBytes(24).toString('hex');
  await writeFile(passwordPath, `${password}\n`, { mode: 0o600 });
  if (exists) {
    await runSql(place, place.clusterDir, [
      setPassword(SUPERUSER, password),
      setPassword(APP_ROLE, password),
    ]);
  } else {
    await createCluster(place, { password, fsync: options.fsync });
  }
  return password;
}

const setPassword = (role: string, password: string) => `ALTER ROLE ${role} PASSWORD '${password}'`;

async function isCluster(place: Place): Promise<boolean> {
  const version = await readFile(join(place.clusterDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) return false;
  const installed = await readFile(join(place.nativeDir, 'share', 'postgresql', 'postgres.bki'), 'utf8');
  const major = /^# PostgreSQL (\d+)/.exec(installed)?.[1];
  if (major !== undefined && major !== version.trim()) {
    throw new Error(
      `${place.clusterDir} was made by PostgreSQL ${version.trim()}, and this is ${major}: move it away to start anew`,
    );
  }
  return true;
}

/** Builds the cluster beside its place and renames it, so that an interrupted start leaves no partial cluster. */
async function createCluster(place: Place, options: { password: string; fsync: boolean }): Promise<void> {
  const { uid, gid } = place.identity;
  const suffix = randomBytes(6).toString('hex');
  const draft = join(place.home, `draft-${suffix}`);
  const passwordFile = join(place.home, `initial-${suffix}`);
  try {
    await makePrivateDir(draft, place.identity);
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid);
    await runProgram(place, {
      program: 'initdb',
      args: [
        `--pgdata=${draft}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(options.fsync ? [] : ['--no-sync']),
      ],
    });
    await runSql(place, draft, [
      `CREATE ROLE ${APP_ROLE} LOGIN CREATEDB PASSWORD '${options.password}'`,
      `CREATE DATABASE ${APP_DATABASE} OWNER ${APP_ROLE}`,
    ]);
    await rename(draft, place.clusterDir).catch(async (error: unknown) => {
      if (!(await stat(join(place.clusterDir, 'PG_VERSION')).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** Runs statements in single-user mode, without a server. */
async function runSql(place: Place, clusterDir: string, statements: string[]): Promise<void> {
  await runProgram(place, {
    program: 'postgres',
    args: ['--single', '-j', '-D', clusterDir, '-c', 'exit_on_error=on', 'postgres'],
    input: statements.map((statement) => `${statement};\n\n`).join(''),
  });
}

/** Runs a PostgreSQL program to its end. If it fails, the error contains the end of its output. */
async function runProgram(
  place: Place,
  options: { program: 'initdb' | 'postgres'; args: string[]; input?: string },
): Promise<void> {
  const child = spawn(join(place.nativeDir, 'bin', options.program), options.args, {
    ...place.identity,
    cwd: place.home,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: PROGRAM_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-OUTPUT_CHARS_MAX);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  // A program that fails closes its input. Its exit code reports the failure.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${options.program} failed (${code}): ${output.trim()}`);
}
