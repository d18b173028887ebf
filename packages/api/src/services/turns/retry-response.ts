import { AppError } from '@aideator/contract/errors';
import type { ResponseId, UserId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import type { TurnView } from '@aideator/contract/views';
import { createAttempt } from '@aideator/db/queries/attempts';
import { listHistory } from '@aideator/db/queries/history';
import { getResponse } from '@aideator/db/queries/responses';
import { getTurnForPage } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { collectRuns } from '../collection/collect-runs.ts';
import { refuseTooManyRuns } from '../collection/run-places.ts';
import { exchangesFor } from '../domain/history.ts';
import { inputBytes } from '../domain/messages.ts';
import { turnView } from '../viewing/views.ts';
import { newRun } from './new-run.ts';

/**
 * Retries one response with the same model and context, and drops its earlier text.
 * Throws `not_found`, `turn_active` while it is being written, `conflict` when it was retried concurrently,
 * `model_unknown` when the gateway no longer has the model.
 */
export async function retryResponse(
  deps: ApiDeps,
  params: { userId: UserId; responseId: ResponseId },
): Promise<TurnView> {
  await deps.limits.consume('submit', params.userId);
  await refuseTooManyRuns(deps, params.userId);
  const owned = await getResponse(deps.db, params);
  if (!owned) throw new AppError('not_found', 'no such response');
  const { response, turn } = owned;
  if (!isTerminal(response.status)) throw new AppError('turn_active', `${response.id} is being written`);
  const model = (await deps.catalogue.list()).find(({ id }) => id === response.modelId);
  if (!model) throw new AppError('model_unknown', `no model ${response.modelId}`);
  const history = await listHistory(deps.db, { sessionId: turn.sessionId, beforeTurnNumber: turn.number });
  const exchanges = exchangesFor(history, { modelId: model.id, position: response.position });
  const { stored, toStart } = newRun(deps.settings.run, {
    turnId: turn.id,
    responseId: response.id,
    attempt: response.attempt + 1,
    model,
    parameters: response.parameters,
    inputBytes: inputBytes(exchanges, { prompt: turn.prompt, systemText: model.preset?.systemText }),
  });
  const { attempt } = response;
  if (!(await createAttempt(deps.db, { ...params, attempt, run: stored }))) {
    throw new AppError('conflict', `${response.id} was retried elsewhere`);
  }
  await collectRuns(deps, turn.id, [toStart]);
  const detail = await getTurnForPage(deps.db, { userId: params.userId, turnId: turn.id });
  if (!detail) throw new AppError('not_found', 'the turn is gone');
  return turnView(detail);
}
