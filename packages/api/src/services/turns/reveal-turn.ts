import { AppError } from '@aideator/contract/errors';
import type { TurnId, UserId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';
import { revealTurn as reveal } from '@aideator/db/queries/reveals';
import { getTurnForPage } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { turnView } from '../viewing/views.ts';

/**
 * Shows the names of a blind turn without a verdict. Later ballots on it count as seen. Returns the turn as it is now,
 * also if there was nothing to reveal. Throws `not_found`.
 */
export async function revealTurn(
  deps: Pick<ApiDeps, 'db'>,
  params: { userId: UserId; turnId: TurnId },
): Promise<TurnView> {
  await reveal(deps.db, params);
  const detail = await getTurnForPage(deps.db, params);
  if (!detail) throw new AppError('not_found', 'no such turn');
  return turnView(detail);
}
