import { watch } from 'node:fs';
import { join } from 'node:path';
import { operatorText } from '@aideator/contract/error-facts';
import { runToEnd } from './child.ts';
import type { Context } from './context.ts';
import { ROOT } from './env.ts';

const QUIET_MS = 150;

/** Rebuilds the runner whenever its sources change. Runs in progress keep the code they have loaded. */
export function watchRunner(context: Context): void {
  const log = context.logFile('build-runner-watch');
  let timer: NodeJS.Timeout | undefined;
  let building = Promise.resolve();
  const rebuild = async (): Promise<void> => {
    if (context.signal.aborted) return;
    try {
      await runToEnd({
        name: 'Building the runner',
        args: ['build.ts'],
        cwd: join(ROOT, 'apps', 'runner'),
        env: { ...context.env },
        log,
        signal: context.signal,
      });
      context.progress.line('✓ Runner rebuilt');
    } catch (error) {
      if (!context.signal.aborted) context.progress.line(`✗ ${operatorText(error)}`);
    }
  };
  const watchers = ['apps/runner/src', 'packages/contract/src'].map((dir) =>
    watch(join(ROOT, dir), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        building = building.then(rebuild);
      }, QUIET_MS);
    }),
  );
  context.parts.add('watcher', async () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await building;
  });
}
