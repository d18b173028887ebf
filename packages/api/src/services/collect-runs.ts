import type { RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { openTurnEpoch, releaseTurnLease } from '@aideator/db/queries/leases';
import { listCurrentRuns } from '@aideator/db/queries/runs';
import type { TurnToCollect } from '../collector/turn-collector.ts';
import type { ApiDeps } from '../deps.ts';
import { responseState } from './views.ts';

/** A lease outlives the longest run a little; only its owner collects the turn meanwhile. */
const LEASE_MARGIN_SECONDS = 60;

/** Starts these runs of a turn and collects them in this process. Throws `conflict` while another process has the turn. */
export async function collectRuns(deps: ApiDeps, turnId: string, runs: readonly RunToStart[]): Promise<void> {
  await deps.collectors.collect(turnId, runs, () => openTurn(deps, turnId));
}

async function openTurn(deps: ApiDeps, turnId: string): Promise<TurnToCollect> {
  const { instanceId, run } = deps.settings;
  const leaseSeconds = run.timeoutSeconds + LEASE_MARGIN_SECONDS;
  const epoch = await openTurnEpoch(deps.db, { turnId, owner: instanceId, leaseSeconds });
  if (epoch === null) throw new AppError('conflict', `${turnId} is collected elsewhere`);
  const current = await listCurrentRuns(deps.db, { turnId });
  return {
    turnId,
    epoch,
    states: current.map(({ response }) => responseState(response)),
    release: () => releaseTurnLease(deps.db, { turnId, epoch }),
  };
}
