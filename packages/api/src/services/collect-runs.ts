import type { RunToStart } from '@aideator/contract/backend';
import type { Response } from '@aideator/db/schema/responses';
import type { Turn } from '@aideator/db/schema/turns';
import type { RunToFollow } from '../collector/follow-run.ts';
import type { ApiDeps } from '../deps.ts';
import { takeTurn, turnLease } from './take-turn.ts';
import { responseState } from './views.ts';

/** The lease that a turn is created with, so that this process need not ask for it. */
export function firstLease({ settings }: Pick<ApiDeps, 'settings'>): { owner: string; leaseSeconds: number } {
  return { owner: settings.instanceId, leaseSeconds: settings.lease.leaseSeconds };
}

/**
 * Starts the runs of a turn that was created with `firstLease` and collects it in this process; what is known of it is not
 * read again. Throws `unavailable` when this process is leaving.
 */
export async function collectNewTurn(
  deps: ApiDeps,
  created: { turn: Turn; responses: readonly Response[] },
  runs: readonly RunToStart[],
): Promise<void> {
  const { id: turnId, epoch } = created.turn;
  await deps.collectors.collect(turnId, runs.map(toFollow), async () => ({
    turnId,
    epoch,
    feed: await deps.feed.open(turnId, epoch),
    runs: [],
    states: created.responses.map(responseState),
    lease: turnLease(deps, { turnId, epoch }),
  }));
}

const toFollow = (run: RunToStart): RunToFollow => ({
  runId: run.runId,
  attempt: run.attempt,
  responseId: run.responseId,
  toStart: run,
});

/**
 * Starts these runs of a turn and collects the turn in this process. A retry takes it from the process that collects its
 * other responses; a first attempt leaves it to whoever has it. Throws `unavailable` when this process is leaving.
 */
export async function collectRuns(deps: ApiDeps, turnId: string, runs: readonly RunToStart[]): Promise<void> {
  const given = runs.map(toFollow);
  const take = runs.some(({ attempt }) => attempt > 1);
  await deps.collectors.collect(turnId, given, () => takeTurn(deps, turnId, { take, given }));
}
