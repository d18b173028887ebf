/**
 * The entry of every command: `node scripts/bootstrap.mjs <command> [arguments]`. It is plain JavaScript for Node 20 and
 * newer and needs no package. It installs the packages when necessary, then runs the command with the Node among them,
 * which runs TypeScript directly.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 20;
const TICK_MS = 10_000;
const PARENT_CHECK_MS = 500;
const LOG_LINES_SHOWN = 25;

const COMMANDS = {
  start: ['scripts/start/main.ts', 'start'],
  dev: ['scripts/start/main.ts', 'dev'],
  seed: ['scripts/start/main.ts', 'seed'],
  test: ['scripts/checks/main.ts', 'test'],
  check: ['scripts/checks/main.ts', 'check'],
  ci: ['scripts/checks/main.ts', 'ci'],
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const nodeBinary = join(root, 'node_modules', 'node', 'bin', 'node');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, '.aideator', 'installed.json');

function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}

/** One line that identifies the lock file and the system it was installed for. */
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  return { lock, platform: `${process.platform}-${process.arch}` };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** True when npm's own record of its last install matches the lock file, because a person ran `npm install`. */
function isInstalledByHand() {
  const locked = readJson(lockFile)?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!locked || !installed) return false;
  const isSame = ([path, found]) => locked[path] !== undefined && locked[path].version === found.version;
  const isThere = ([path, wanted]) =>
    path === '' || wanted.optional || wanted.devOptional || wanted.peer || !path.includes('node_modules/')
      ? true
      : installed[path] !== undefined;
  return Object.entries(installed).every(isSame) && Object.entries(locked).every(isThere);
}

function isInstalled(wanted) {
  if (!existsSync(nodeBinary) || !existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const stamp = readJson(stampFile);
  if (stamp?.lock === wanted.lock && stamp?.platform === wanted.platform) return true;
  return stamp?.platform !== undefined && stamp.platform !== wanted.platform ? false : isInstalledByHand();
}

/** The npm that started us, or the one on PATH. */
function npmCommand() {
  const started = process.env.npm_execpath ?? '';
  return started.endsWith('npm-cli.js') ? [process.execPath, started] : ['npm'];
}

async function install() {
  const since = Date.now();
  const logFile = join(root, '.aideator', 'logs', 'npm-ci.log');
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const say = (text) => process.stdout.write(`${text}\n`);
  say(
    'Installing the packages (about 1 GB on disk; takes a minute or two, and only after they have changed) …',
  );
  const [command, ...args] = npmCommand();
  // NODE_ENV=production or ignore-scripts in the environment must not leave out what the build needs.
  args.push('ci', '--include=dev', '--include=optional', '--include=peer', '--ignore-scripts=false');
  args.push('--no-audit', '--no-fund', '--no-progress', '--loglevel=error');
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', log, log] });
  const ticking = setInterval(
    () => say(`  still installing, ${Math.round((Date.now() - since) / 1000)} s`),
    TICK_MS,
  );
  const stop = (signal) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (status, signal) => resolve(signal ? 130 : status));
  });
  clearInterval(ticking);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (code === 130) process.exit(130);
  if (code !== 0 || !existsSync(nodeBinary)) {
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    if (code === 127) fail('npm was not found: AIdeator needs Node.js 20 or newer with npm.');
    fail(`The packages could not be installed (npm ci ended with ${code}). The end of ${logFile}:\n${tail}`);
  }
  say(`Installed the packages (${Math.round((Date.now() - since) / 1000)} s).`);
}

function runCommand(script, args) {
  const binDir = join(root, 'node_modules', '.bin');
  const child = spawn(nodeBinary, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, PATH: `${binDir}${delimiter}${process.env.PATH ?? ''}` },
    // The channel closes even if this process is killed; the child then stops too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // In a terminal the child already got the same signal. It ignores the second one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm may be killed without a signal to us.
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  if (process.env.npm_lifecycle_event === undefined) clearInterval(watching);
  child.once('error', (error) => fail(`${nodeBinary} cannot be run: ${error.message}`));
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

const [name = '', ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`Unknown command "${name}". There are: ${Object.keys(COMMANDS).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  fail(
    `AIdeator needs Node.js ${NODE_MAJOR_MIN} or newer; this is ${process.versions.node} (https://nodejs.org).`,
  );
}
const wanted = wantedStamp();
if (!isInstalled(wanted)) await install();
if (readJson(stampFile)?.lock !== wanted.lock) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${JSON.stringify(wanted)}\n`);
}
runCommand(command[0], [...command.slice(1), ...rest]);
