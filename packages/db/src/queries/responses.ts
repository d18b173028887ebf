import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import type { NewRun } from './turns.ts';

/** Statuses after which nothing more comes from an attempt. */
export const TERMINAL_STATUSES = ['completed', 'failed', 'cancelled', 'interrupted'] as const;

export interface OwnedResponse {
  response: Response;
  turn: Turn;
}

export async function getResponse(
  db: DbOrTx,
  params: { userId: string; responseId: string },
): Promise<OwnedResponse | undefined> {
  const [row] = await db
    .select({ response: responses, turn: turns })
    .from(responses)
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(
      and(
        eq(responses.id, params.responseId),
        eq(sessions.userId, params.userId),
        isNull(sessions.deletedAt),
      ),
    );
  return row;
}

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
 * Answers undefined when it is not the person's, not over, or was retried in the meantime.
 */
export async function createAttempt(
  db: DbOrTx,
  params: { userId: string; responseId: string; attempt: number; run: NewRun },
): Promise<Response | undefined> {
  return db.transaction(async (tx) => {
    const owned = tx
      .select({ id: turns.id })
      .from(turns)
      .innerJoin(sessions, eq(sessions.id, turns.sessionId))
      .where(and(eq(sessions.userId, params.userId), isNull(sessions.deletedAt)));
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
          inArray(responses.turnId, owned),
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
