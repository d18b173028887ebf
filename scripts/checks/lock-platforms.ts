/**
 * `node scripts/checks/lock-platforms.ts` adds packages for other systems to package-lock.json when npm has left them out.
 * Without them `npm ci` refuses the lock file, and people on those systems could not run the program. Run it after
 * `npm install` has changed the lock file. With `--check` it only reports what is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../start/env.ts';

interface Entry {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  optionalDependencies?: Record<string, string>;
  [property: string]: unknown;
}

const SYSTEMS = ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32'];
const OTHER_NAMES: Readonly<Record<string, string>> = { windows: 'win32', 64: 'x64' };
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** True when a package at `path` can resolve `name` from a folder above it. */
function isLocked(packages: Readonly<Record<string, Entry>>, path: string, name: string): boolean {
  for (let dir = path; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/node_modules/')))) {
    if (packages[`${dir === '' ? '' : `${dir}/`}node_modules/${name}`]) return true;
    if (!dir.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

/** The entry that npm would have written, without the hash. Returns undefined when the name does not tell the system. */
function platformEntry(name: string, version: string, parent: Entry): Entry | undefined {
  const words = name.split(/[/-]/).map((word) => OTHER_NAMES[word] ?? word);
  const os = SYSTEMS.find((each) => words.includes(each));
  const cpu = PROCESSORS.find((each) => words.includes(each));
  if ((os === undefined && cpu !== 'wasm32') || cpu === undefined || !EXACT_VERSION.test(version))
    return undefined;
  const libc = name.includes('musl') ? 'musl' : name.includes('gnu') ? 'glibc' : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : parent.devOptional ? { devOptional: true } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

const file = join(ROOT, 'package-lock.json');
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(file, 'utf8'));
const added: string[] = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(lock.packages, path, name)) continue;
    const platform = platformEntry(name, version, entry);
    if (!platform)
      throw new Error(`${name}@${version}, wanted by ${path}, is missing, and it is not for a single system`);
    lock.packages[`node_modules/${name}`] = platform;
    added.push(`${name}@${version}`);
  }
}
if (added.length > 0 && !process.argv.includes('--check')) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(
  added.length === 0 ? 'The lock file is complete.' : `Missing from the lock file:\n  ${added.join('\n  ')}`,
);
if (added.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
