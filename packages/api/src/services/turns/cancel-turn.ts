import { AppError } from '@aideator/contract/errors';
import type { ResponseId, TurnId, UserId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { isLeased } from '@aideator/db/queries/leases';
import { getResponse } from '@aideator/db/queries/responses';
import { recordResult } from '@aideator/db/queries/results';
import { listCurrentRuns, requestCancel } from '@aideator/db/queries/runs';
import { getTurnForPage } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { sha256 } from '../collection/run-tokens.ts';

/** Cancels the unfinished responses of a turn, if there are any. Throws `not_found`. */
export async function cancelTurn(deps: ApiDeps, params: { userId: UserId; turnId: TurnId }): Promise<void> {
  const detail = await getTurnForPage(deps.db, params);
  if (!detail) throw new AppError('not_found', 'no such turn');
  const unfinished = detail.responses.filter((response) => !isTerminal(response.status));
  await cancelRuns(
    deps,
    params.turnId,
    unfinished.map(({ id }) => id),
  );
}

/** Cancels one response unless it is over. The others continue. Throws `not_found`. */
export async function cancelResponse(
  deps: ApiDeps,
  params: { userId: UserId; responseId: ResponseId },
): Promise<void> {
  const owned = await getResponse(deps.db, params);
  if (!owned) throw new AppError('not_found', 'no such response');
  if (!isTerminal(owned.response.status)) await cancelRuns(deps, owned.turn.id, [params.responseId]);
}

async function cancelRuns(deps: ApiDeps, turnId: TurnId, responseIds: readonly ResponseId[]): Promise<void> {
  if (responseIds.length === 0) return;
  await requestCancel(deps.db, { responseIds });
  if (await deps.collectors.cancel(turnId, responseIds)) return;
  // Notify the collector first, so that it records why the runs end.
  const isCollected = await isLeased(deps.db, { turnId });
  if (isCollected) await deps.peers.tell({ type: 'cancel', turnId, responseIds: [...responseIds] });
  const runs = await listCurrentRuns(deps.db, { turnId });
  for (const { run, response, turn } of runs.filter((detail) => responseIds.includes(detail.response.id))) {
    const ref = { runId: run.id, attempt: run.attempt };
    await deps.backend.cancel(ref);
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
