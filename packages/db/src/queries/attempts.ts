import { AppError } from '@aideator/contract/errors';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { turns } from '../schema/turns.ts';
import { hasOtherActiveTurn } from './active-turns.ts';
import { isOwnResponse, TERMINAL_STATUSES } from './responses.ts';
import type { NewRun } from './turns.ts';

/** What an attempt leaves in its response, all empty again. */
const EMPTY_OUTCOME = {
  text: '',
  reasoning: '',
  finishReason: null,
  errorCode: null,
  errorDetail: null,
  inputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  cachedInputTokens: null,
  usageEstimated: null,
  costUsd: null,
  firstTokenMs: null,
  totalMs: null,
  textSha256: null,
  answeredBy: null,
} as const;

/**
 * Begins the next attempt of a response that is over, with a new run; its earlier text is dropped.
 * `attempt` is the one the caller saw: of two at once only one goes through.
 * Answers undefined when it is not the person's, not over, or was retried in the meantime. Throws AppError `turn_active`
 * while another turn of the session has a response without an outcome.
 */
export async function createAttempt(
  db: DbOrTx,
  params: { userId: string; responseId: string; attempt: number; run: NewRun },
): Promise<Response | undefined> {
  return db.transaction(async (tx) => {
    const [turn] = await tx
      .select({ id: turns.id, sessionId: sessions.id })
      .from(responses)
      .innerJoin(turns, eq(turns.id, responses.turnId))
      .innerJoin(sessions, eq(sessions.id, turns.sessionId))
      .where(isOwnResponse(params))
      // As a submit does: of both at once one sees the other.
      .for('no key update', { of: sessions });
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
    await tx.insert(runs).values({
      ...params.run,
      responseId: response.id,
      attempt: response.attempt,
      status: 'pending',
    });
    return response;
  });
}
