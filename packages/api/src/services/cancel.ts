import { AppError } from '@aideator/contract/errors';
import { isTerminal } from '@aideator/contract/statuses';
import { isLeased } from '@aideator/db/queries/leases';
import { getResponse } from '@aideator/db/queries/responses';
import { recordResult } from '@aideator/db/queries/results';
import { listCurrentRuns, requestStop } from '@aideator/db/queries/runs';
import { getTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { sha256 } from './run-tokens.ts';

/** Stops all responses of a turn that are not over. Nothing to stop is no error. Throws `not_found`. */
export async function cancelTurn(deps: ApiDeps, params: { userId: string; turnId: string }): Promise<void> {
  const detail = await getTurn(deps.db, params);
  if (!detail) throw new AppError('not_found', 'no such turn');
  const unfinished = detail.responses.filter((response) => !isTerminal(response.status));
  await stop(
    deps,
    params.turnId,
    unfinished.map(({ id }) => id),
  );
}

/** Stops one response; the others go on. Nothing to stop is no error. Throws `not_found`. */
export async function cancelResponse(
  deps: ApiDeps,
  params: { userId: string; responseId: string },
): Promise<void> {
  const owned = await getResponse(deps.db, params);
  if (!owned) throw new AppError('not_found', 'no such response');
  if (!isTerminal(owned.response.status)) await stop(deps, owned.turn.id, [params.responseId]);
}

async function stop(deps: ApiDeps, turnId: string, responseIds: readonly string[]): Promise<void> {
  if (responseIds.length === 0) return;
  await requestStop(deps.db, { responseIds });
  if (await deps.collectors.cancel(turnId, responseIds)) return;
  // Who collects it is told first: it then knows why the runs end, and records that.
  const isCollected = await isLeased(deps.db, { turnId });
  if (isCollected) await deps.peers.tell({ type: 'cancel', turnId, responseIds: [...responseIds] });
  const runs = await listCurrentRuns(deps.db, { turnId });
  for (const { run, response, turn } of runs.filter((detail) => responseIds.includes(detail.response.id))) {
    const ref = { runId: run.id, attempt: run.attempt };
    await deps.backend.stop(ref);
    if (isCollected) continue;
    const result = {
      outcome: { status: 'cancelled' as const },
      text: response.text,
      reasoning: response.reasoning,
      textSha256: sha256(response.text),
      timings: { totalMs: 0 },
    };
    await recordResult(deps.db, { ...ref, epoch: turn.epoch, result });
  }
}
