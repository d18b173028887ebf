import type { RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { openTurnEpoch, releaseTurnLease } from '@aideator/db/queries/leases';
import { listCurrentRuns } from '@aideator/db/queries/runs';
import type { Response } from '@aideator/db/schema/responses';
import type { Turn } from '@aideator/db/schema/turns';
import type { TurnToCollect } from '../collector/turn-collector.ts';
import type { ApiDeps } from '../deps.ts';
import { responseState } from './views.ts';

/** A lease outlives the longest run a little; only its owner collects the turn meanwhile. */
const LEASE_MARGIN_SECONDS = 60;

/** The lease of a collector in this process. */
export function newLease({ settings }: Pick<ApiDeps, 'settings'>): { owner: string; leaseSeconds: number } {
  return { owner: settings.instanceId, leaseSeconds: settings.run.timeoutSeconds + LEASE_MARGIN_SECONDS };
}

/** Starts these runs of a turn and collects them in this process. Throws `conflict` while another process has the turn. */
export async function collectRuns(deps: ApiDeps, turnId: string, runs: readonly RunToStart[]): Promise<void> {
  await deps.collectors.collect(turnId, runs, () => openTurn(deps, turnId));
}

/** The same for a turn that was created with this process's lease: what is known of it is not read again. */
export async function collectNewTurn(
  deps: ApiDeps,
  created: { turn: Turn; responses: readonly Response[] },
  runs: readonly RunToStart[],
): Promise<void> {
  const { id: turnId, epoch } = created.turn;
  await deps.collectors.collect(turnId, runs, async () =>
    toCollect(deps, { turnId, epoch, responses: created.responses }),
  );
}

async function openTurn(deps: ApiDeps, turnId: string): Promise<TurnToCollect> {
  const epoch = await openTurnEpoch(deps.db, { turnId, ...newLease(deps) });
  if (epoch === null) throw new AppError('conflict', `${turnId} is collected elsewhere`);
  const current = await listCurrentRuns(deps.db, { turnId });
  return toCollect(deps, { turnId, epoch, responses: current.map(({ response }) => response) });
}

function toCollect(
  deps: ApiDeps,
  { turnId, epoch, responses }: { turnId: string; epoch: number; responses: readonly Response[] },
): TurnToCollect {
  return {
    turnId,
    epoch,
    states: responses.map(responseState),
    release: () => releaseTurnLease(deps.db, { turnId, epoch }),
  };
}
