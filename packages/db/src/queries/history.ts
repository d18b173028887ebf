import type { StoredStatus, TurnMode } from '@aideator/contract/statuses';
import { and, asc, desc, eq, inArray, isNull, lt } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { preferences, type Verdict } from '../schema/preferences.ts';
import { responses } from '../schema/responses.ts';
import { turns } from '../schema/turns.ts';

export interface HistoryResponse {
  id: string;
  position: number;
  modelId: string;
  status: StoredStatus;
  text: string;
}

export interface HistoryTurn {
  id: string;
  number: number;
  mode: TurnMode;
  prompt: string;
  /** The owner's current verdict; null: none yet. */
  verdict: Verdict | null;
  /** The response that the verdict names, if it names one. */
  preferred: HistoryResponse | null;
  /** Ordered by position. */
  responses: HistoryResponse[];
}

const HISTORY_TURNS_MAX = 500;

/**
 * The turns before a turn, oldest first, to make a prompt of; the newest `limit` of them.
 * For the server itself: carries no check of ownership.
 */
export async function listHistory(
  db: DbOrTx,
  params: { sessionId: string; beforeTurnNumber: number; limit?: number },
): Promise<HistoryTurn[]> {
  const rows = await db
    .select({
      id: turns.id,
      number: turns.number,
      mode: turns.mode,
      prompt: turns.prompt,
      verdict: preferences.verdict,
      responseId: preferences.responseId,
    })
    .from(turns)
    .leftJoin(
      preferences,
      and(
        eq(preferences.turnId, turns.id),
        eq(preferences.userId, turns.userId),
        isNull(preferences.supersededAt),
      ),
    )
    .where(and(eq(turns.sessionId, params.sessionId), lt(turns.number, params.beforeTurnNumber)))
    .orderBy(desc(turns.number))
    .limit(Math.min(params.limit ?? HISTORY_TURNS_MAX, HISTORY_TURNS_MAX));
  const answersOf = await loadResponses(
    db,
    rows.map((row) => row.id),
  );
  return rows.reverse().map(({ responseId, ...turn }) => {
    const answers = answersOf.get(turn.id) ?? [];
    return {
      ...turn,
      preferred: answers.find((answer) => answer.id === responseId) ?? null,
      responses: answers,
    };
  });
}

async function loadResponses(db: DbOrTx, turnIds: string[]): Promise<Map<string, HistoryResponse[]>> {
  if (turnIds.length === 0) return new Map();
  const rows = await db
    .select({
      turnId: responses.turnId,
      id: responses.id,
      position: responses.position,
      modelId: responses.modelId,
      status: responses.status,
      text: responses.text,
    })
    .from(responses)
    .where(inArray(responses.turnId, turnIds))
    .orderBy(asc(responses.position));
  const answersOf = new Map<string, HistoryResponse[]>();
  for (const { turnId, ...answer } of rows) {
    const answers = answersOf.get(turnId) ?? [];
    answers.push(answer);
    answersOf.set(turnId, answers);
  }
  return answersOf;
}
