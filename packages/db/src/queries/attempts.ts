import { AppError } from '@aideator/contract/errors';
import type { ResponseId, UserId } from '@aideator/contract/ids';
import { TERMINAL_STATUSES } from '@aideator/contract/statuses';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { turns } from '../schema/turns.ts';
import { hasOtherActiveTurn } from './active-turns.ts';
import { isOwnResponse } from './responses.ts';
import type { NewRun } from './turns.ts';
import { supersedeNaming } from './verdicts-on-text.ts';

/** The columns that an attempt writes to its response, cleared. */
const EMPTY_OUTCOME = {
  text: '',
  reasoning: '',
  finishReason: null,
  citations: null,
  outputTokensMax: null,
  errorCode: null,
  errorDetail: null,
  inputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  usageEstimated: null,
  costUsd: null,
  firstTokenMs: null,
  firstTextMs: null,
  totalMs: null,
  textSha256: null,
  answeredBy: null,
} as const;

/**
 * Starts the next attempt of a finished response, with a new run, and drops the earlier text, with the current verdict if
 * it names that response. `attempt` is the one that the caller saw, so that only one of two concurrent retries succeeds. Returns undefined for a response that is not the
 * person's, is not over, or was retried in the meantime. Throws AppError `turn_active`
 * while another turn of the session has a response without an outcome.
 */
export async function createAttempt(
  db: DbOrTx,
  params: { userId: UserId; responseId: ResponseId; attempt: number; run: NewRun },
): Promise<Response | undefined> {
  return db.transaction(async (tx) => {
    const [turn] = await tx
      .select({ id: turns.id, sessionId: sessions.id })
      .from(responses)
      .innerJoin(turns, eq(turns.id, responses.turnId))
      .innerJoin(sessions, eq(sessions.id, turns.sessionId))
      .where(isOwnResponse(params))
      // The lock of submits too, so that a concurrent submit and retry see each other; then that of verdicts.
      .for('no key update', { of: [sessions, turns] });
    if (!turn) return undefined;
    if (await hasOtherActiveTurn(tx, { sessionId: turn.sessionId, turnId: turn.id }))
      throw new AppError('turn_active');
    const [response] = await tx
      .update(responses)
      .set({
        ...EMPTY_OUTCOME,
        attempt: params.attempt + 1,
        status: 'pending',
        updatedAt: sql`now()`,
      })
      .where(
        and(
          eq(responses.id, params.responseId),
          eq(responses.attempt, params.attempt),
          inArray(responses.status, [...TERMINAL_STATUSES]),
        ),
      )
      .returning();
    if (!response) return undefined;
    await supersedeNaming(tx, { turnId: turn.id, responseId: response.id });
    await tx.insert(runs).values({
      ...params.run,
      responseId: response.id,
      attempt: response.attempt,
      status: 'pending',
    });
    return response;
  });
}
