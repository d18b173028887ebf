import { AppError } from '@aideator/contract/errors';
import { isTerminal } from '@aideator/contract/statuses';
import type { TurnView } from '@aideator/contract/views';
import { createAttempt } from '@aideator/db/queries/attempts';
import { listHistory } from '@aideator/db/queries/history';
import { getResponse } from '@aideator/db/queries/responses';
import { getTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { collectRuns } from './collect-runs.ts';
import { historyForModel } from './history.ts';
import { buildMessages } from './messages.ts';
import { newRun } from './new-run.ts';
import { turnView } from './views.ts';

/**
 * Runs one response once more, with the same model and the same context; its earlier text is dropped.
 * Throws `not_found`, `turn_active` while it is being written, `conflict` when it was retried elsewhere at the same time,
 * `model_unknown` when the gateway no longer has the model.
 */
export async function retryResponse(
  deps: ApiDeps,
  params: { userId: string; responseId: string },
): Promise<TurnView> {
  await deps.limits.consume('submit', params.userId);
  const owned = await getResponse(deps.db, params);
  if (!owned) throw new AppError('not_found', 'no such response');
  const { response, turn } = owned;
  if (!isTerminal(response.status)) throw new AppError('turn_active', `${response.id} is being written`);
  const model = (await deps.catalogue.list()).find(({ id }) => id === response.modelId);
  if (!model) throw new AppError('model_unknown', `no model ${response.modelId}`);
  const history = await listHistory(deps.db, { sessionId: turn.sessionId, beforeTurnNumber: turn.number });
  const { stored, toStart } = newRun(deps.settings.run, {
    turnId: turn.id,
    responseId: response.id,
    attempt: response.attempt + 1,
    model,
    messages: buildMessages(history.map(historyForModel), {
      modelId: model.id,
      prompt: turn.prompt,
      systemText: model.preset?.systemText,
    }),
  });
  const { attempt } = response;
  if (!(await createAttempt(deps.db, { ...params, attempt, run: stored }))) {
    throw new AppError('conflict', `${response.id} was retried elsewhere`);
  }
  await collectRuns(deps, turn.id, [toStart]);
  const detail = await getTurn(deps.db, { userId: params.userId, turnId: turn.id });
  if (!detail) throw new AppError('not_found', 'the turn is gone');
  return turnView(detail);
}
