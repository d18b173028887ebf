import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { operatorText } from '@aideator/contract/error-facts';
import { build } from './build.ts';
import type { Context } from './context.ts';
import { startDatabase } from './database.ts';
import { loadEnv, readSettings, type Settings } from './env.ts';
import { startGateway } from './gateway.ts';
import { lockInstance } from './instance-lock.ts';
import { LogFile } from './log-file.ts';
import { Parts } from './parts.ts';
import { requireFreePort } from './ports.ts';
import { Progress } from './progress.ts';
import { loadSecrets } from './secrets.ts';
import { seedDatabase } from './seed.ts';
import { watchRunner } from './watch-runner.ts';
import { startWeb } from './web.ts';

/** The reason of a stop on request. Every other reason is a failure. */
const STOPPED = new Error('stopped');

/** Aborts with STOPPED on Ctrl-C and similar signals, and when the process that started this one ends. */
function stopOnSignals(controller: AbortController): void {
  const stop = (): void => controller.abort(STOPPED);
  // A second Ctrl-C changes nothing. Every part has limited time to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
}

/** Waits for all. When one fails, stops the others, waits for them, and throws its error. */
async function together<T extends readonly Promise<unknown>[]>(
  controller: AbortController,
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const each of work) each.catch((error: unknown) => controller.abort(error));
  await Promise.allSettled(work);
  controller.signal.throwIfAborted();
  return Promise.all(work) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

async function startAll(context: Context, controller: AbortController): Promise<void> {
  const startingGateway = startGateway(context);
  // The gateway loads while we wait for the others. Its failure must stop them too.
  startingGateway.then(({ ready }) => ready).catch((error: unknown) => controller.abort(error));
  const [databaseUrl, gateway] = await together(controller, [
    startDatabase(context),
    startingGateway,
    build(context),
  ] as const);
  await together(controller, [
    gateway.ready,
    startWeb(context, { databaseUrl, gateway: gateway.address }),
  ] as const);
  if (context.mode === 'dev') watchRunner(context);
}

function announce(settings: Settings, sinceMs: number): string {
  const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
  return [
    '',
    `AIdeator is ready after ${seconds} s:  ${settings.publicUrl}`,
    '',
    '  The first account that signs up becomes the admin.',
    `  Stop it with Ctrl-C. Data, secrets and logs are kept in ${settings.home}`,
    '',
  ].join('\n');
}

type Command = 'start' | 'dev' | 'seed';

async function serve(context: Context, controller: AbortController, since: number): Promise<void> {
  const { host, port } = context.settings;
  const command = context.mode === 'dev' ? 'npm run dev' : 'npm start';
  await requireFreePort({ host, port, command });
  await startAll(context, controller);
  context.progress.line(announce(context.settings, since));
  if (!controller.signal.aborted) await once(controller.signal, 'abort');
}

async function main(command: Command): Promise<number> {
  const since = performance.now();
  const controller = new AbortController();
  stopOnSignals(controller);
  const progress = new Progress(process.stdout);
  const parts = new Parts();
  let unlock: (() => Promise<void>) | undefined;
  try {
    const env = loadEnv();
    const settings = readSettings(env);
    await mkdir(settings.home, { recursive: true });
    unlock = await lockInstance(settings.home, settings.publicUrl);
    const context: Context = {
      mode: command === 'dev' ? 'dev' : 'start',
      env,
      settings,
      secrets: await loadSecrets(settings.home),
      progress,
      parts,
      signal: controller.signal,
      onDeath: (sentence) => controller.abort(new Error(sentence)),
      logFile: (name) => new LogFile(join(settings.home, 'logs'), name),
    };
    if (command === 'seed') {
      progress.line(await seedDatabase(context));
      controller.abort(STOPPED);
    } else await serve(context, controller, since);
  } catch (error) {
    // Has no effect when the failure comes from a stop.
    controller.abort(error);
  }
  const { reason } = controller.signal;
  const code = await shutDown({
    progress,
    parts,
    failure: reason === STOPPED ? undefined : operatorText(reason),
  });
  await unlock?.();
  return code;
}

/** Stops every part. Returns the exit code. */
async function shutDown(state: {
  progress: Progress;
  parts: Parts;
  failure: string | undefined;
}): Promise<number> {
  const { progress, parts, failure } = state;
  progress.line(failure === undefined ? 'Stopping …' : `\n${failure}\n`);
  const troubles = await parts.close();
  for (const trouble of troubles) progress.line(trouble);
  if (failure === undefined) progress.line('AIdeator has stopped.');
  return failure === undefined && troubles.length === 0 ? 0 : 1;
}

// The reader of our output may end before us.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
const COMMANDS: readonly Command[] = ['start', 'dev', 'seed'];
process.exit(await main(COMMANDS.find((command) => command === process.argv[2]) ?? 'start'));
