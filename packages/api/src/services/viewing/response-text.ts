import { AppError } from '@aideator/contract/errors';
import type { ResponseId, UserId } from '@aideator/contract/ids';
import type { ResponseText } from '@aideator/contract/views';
import { getResponse } from '@aideator/db/queries/responses';
import { getTurnForPage } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { hiddenPace, maskStates, storedChars } from './blind-mask.ts';
import { responseState } from './views.ts';

/**
 * The whole stored text and reasoning of a response; in a blind turn what a person may see of it before the reveal. Throws `not_found`, and `conflict` when the given attempt is not the
 * current one.
 */
export async function getResponseText(
  deps: Pick<ApiDeps, 'db'>,
  params: { userId: UserId; responseId: ResponseId; attempt: number },
): Promise<ResponseText> {
  const owned = await getResponse(deps.db, params);
  if (!owned) throw new AppError('not_found', 'no such response');
  const { attempt, text, reasoning } = owned.response;
  if (attempt !== params.attempt)
    throw new AppError('conflict', `${params.responseId} is at attempt ${attempt}`);
  if (!hiddenPace(owned.turn)) return { attempt, text, reasoning };
  const siblings = await getTurnForPage(deps.db, { userId: params.userId, turnId: owned.turn.id });
  const chars = storedChars(siblings?.responses ?? []);
  const [visible] = maskStates([responseState(owned.response)], chars);
  return { attempt, text: visible?.text ?? '', reasoning: '' };
}
