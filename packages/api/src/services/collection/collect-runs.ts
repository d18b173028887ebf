import type { RunToStart } from '@aideator/contract/backend';
import type { RunId, TurnId } from '@aideator/contract/ids';
import type { Response } from '@aideator/db/schema/responses';
import type { Turn } from '@aideator/db/schema/turns';
import type { RunToIngest } from '../../collector/ingest-run.ts';
import type { ApiDeps } from '../../deps.ts';
import { responseState } from '../viewing/views.ts';
import { adoptTurn, turnLease } from './adopt-turn.ts';

/** The lease that a new turn is created with, which saves a query. */
export function firstLease({ settings }: Pick<ApiDeps, 'settings'>): { owner: string; leaseSeconds: number } {
  return { owner: settings.instanceId, leaseSeconds: settings.lease.leaseSeconds };
}

/**
 * Starts the runs of a turn that was created with `firstLease` and collects it in this process, without reading it again.
 * Throws `unavailable` while this process drains.
 */
export async function collectNewTurn(
  deps: ApiDeps,
  created: { turn: Turn; responses: readonly Response[]; placed: readonly RunId[] },
  runs: readonly RunToStart[],
): Promise<void> {
  const { id: turnId, epoch, userId } = created.turn;
  const given = runs.map((run) => ({ ...toIngest(run), hasPlace: created.placed.includes(run.runId) }));
  await deps.collectors.collect(turnId, given, async () => ({
    turnId,
    epoch,
    userId,
    feed: await deps.feed.open(turnId, epoch),
    runs: [],
    states: created.responses.map(responseState),
    lease: turnLease(deps, { turnId, epoch }),
  }));
}

const toIngest = (run: RunToStart): RunToIngest => ({
  runId: run.runId,
  attempt: run.attempt,
  responseId: run.responseId,
  toStart: run,
});

/**
 * Starts these runs of a turn and collects the turn in this process. A retry takes it from the process that collects its
 * other responses; a first attempt does not. Throws `unavailable` while this process drains.
 */
export async function collectRuns(deps: ApiDeps, turnId: TurnId, runs: readonly RunToStart[]): Promise<void> {
  const given = runs.map(toIngest);
  const take = runs.some(({ attempt }) => attempt > 1);
  await deps.collectors.collect(turnId, given, () => adoptTurn(deps, turnId, { take, given }));
}
