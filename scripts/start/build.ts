import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './child.ts';
import { type Context, inStep } from './context.ts';
import { ROOT } from './env.ts';
import { fingerprint } from './fingerprint.ts';

export const RUNNER_PATH = join(ROOT, 'apps', 'runner', 'dist', 'runner.mjs');
export const WEB_DIR = join(ROOT, 'apps', 'web');
export const NEXT_BIN = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');

/** Kept next to the sources, not in the home: it describes the built files of this folder. */
const STAMP_FILE = join(ROOT, '.aideator', 'build.json');
const EVERYWHERE = ['package-lock.json', 'tsconfig.base.json'];

interface Target {
  name: 'runner' | 'web';
  title: string;
  sources: readonly string[];
  /** Exists when the last build finished. */
  result: string;
  args: readonly string[];
  cwd: string;
}

const RUNNER: Target = {
  name: 'runner',
  title: 'Runner',
  sources: [...EVERYWHERE, 'apps/runner', 'packages/contract', 'packages/api'],
  result: RUNNER_PATH,
  args: ['build.ts'],
  cwd: join(ROOT, 'apps', 'runner'),
};
const WEB: Target = {
  name: 'web',
  title: 'Web app',
  sources: [...EVERYWHERE, 'apps/web', 'packages'],
  // Next writes this file last.
  result: join(WEB_DIR, '.next', 'required-server-files.json'),
  args: [NEXT_BIN, 'build'],
  cwd: WEB_DIR,
};

type BuildContext = Pick<Context, 'mode' | 'env' | 'signal' | 'progress' | 'logFile'>;

/**
 * Builds the runner, and in production the web app, if they are older than their sources. Returns the names of the
 * built parts.
 */
export async function build(context: BuildContext): Promise<string[]> {
  const built: string[] = [];
  for (const target of context.mode === 'start' ? [RUNNER, WEB] : [RUNNER]) {
    if (await buildTarget(context, target)) built.push(target.name);
  }
  return built;
}

/** Returns false when there was nothing to do. */
async function buildTarget(context: BuildContext, target: Target): Promise<boolean> {
  const facts = [process.version, process.platform, process.arch, ...publicVariables(context.env)];
  const wanted = await fingerprint(ROOT, target.sources, facts);
  const isBuilt = existsSync(target.result) && (await readStamps())[target.name] === wanted;
  if (isBuilt) return false;
  await inStep(context, `Building: ${target.title.toLowerCase()}`, async () => {
    // An interrupted build must not be mistaken for the previous one.
    await writeStamp(target.name, undefined);
    await runToEnd({
      name: `Building the ${target.title.toLowerCase()}`,
      args: target.args,
      cwd: target.cwd,
      env: { ...context.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      log: context.logFile(`build-${target.name}`),
      signal: context.signal,
    });
    await writeStamp(target.name, wanted);
    return { value: undefined, text: `${target.title} built` };
  });
  return true;
}

/** Next inlines these into the browser's files. */
function publicVariables(env: Context['env']): string[] {
  const names = Object.keys(env).filter((name) => name.startsWith('NEXT_PUBLIC_'));
  return names.sort().map((name) => `${name}=${env[name]}`);
}

type Stamps = Partial<Record<Target['name'], string>>;

async function readStamps(): Promise<Stamps> {
  try {
    return JSON.parse(await readFile(STAMP_FILE, 'utf8'));
  } catch {
    return {};
  }
}

async function writeStamp(name: Target['name'], value: string | undefined): Promise<void> {
  await mkdir(join(ROOT, '.aideator'), { recursive: true });
  await writeFile(`${STAMP_FILE}.new`, JSON.stringify({ ...(await readStamps()), [name]: value }));
  await rename(`${STAMP_FILE}.new`, STAMP_FILE);
}
