import { AppError } from '@aideator/contract/errors';
import type { ResponseId, UserId } from '@aideator/contract/ids';
import type { ResponseText } from '@aideator/contract/views';
import { getResponse } from '@aideator/db/queries/responses';
import type { ApiDeps } from '../../deps.ts';

/**
 * The whole stored text and reasoning of a response. Throws `not_found`, and `conflict` when the given attempt is not the
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
  return { attempt, text, reasoning };
}
