import type { PreferenceId, ResponseId, SessionId, TurnId } from '@aideator/contract/ids';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { StoredStatus, TurnMode } from '@aideator/contract/statuses';
import { and, asc, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { preferences } from '../schema/preferences.ts';
import { responses } from '../schema/responses.ts';
import { turns } from '../schema/turns.ts';

export interface HistoryResponse {
  responseId: ResponseId;
  position: number;
  modelId: string;
  /** Set by the person. */
  parameters: SamplingParameters;
  status: StoredStatus;
  /** Size of the text in UTF-8. */
  textBytes: number;
}

export interface HistoryTurn {
  id: TurnId;
  number: number;
  mode: TurnMode;
  /** Size of the prompt in UTF-8. */
  promptBytes: number;
  /** The owner's current verdict, or null. */
  preference: { id: PreferenceId; continueWith: ResponseId | null } | null;
  /** Ordered by position. */
  responses: HistoryResponse[];
}

const HISTORY_TURNS_MAX = 500;

/**
 * The newest `limit` turns before a turn, oldest first. Without their texts, which can be large: `loadHistoryTexts` loads
 * the necessary ones. For the server only: ownership is not checked.
 */
export async function listHistory(
  db: DbOrTx,
  params: { sessionId: SessionId; beforeTurnNumber: number; limit?: number },
): Promise<HistoryTurn[]> {
  const rows = await db
    .select({
      id: turns.id,
      number: turns.number,
      mode: turns.mode,
      promptBytes: sql<number>`octet_length(${turns.prompt})`,
      preference: { id: preferences.id, continueWith: preferences.responseId },
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
  const responsesOf = await loadResponses(
    db,
    rows.map((row) => row.id),
  );
  return rows.reverse().map((turn) => ({ ...turn, responses: responsesOf.get(turn.id) ?? [] }));
}

async function loadResponses(db: DbOrTx, turnIds: TurnId[]): Promise<Map<string, HistoryResponse[]>> {
  if (turnIds.length === 0) return new Map();
  const rows = await db
    .select({
      turnId: responses.turnId,
      responseId: responses.id,
      position: responses.position,
      modelId: responses.modelId,
      parameters: responses.parameters,
      status: responses.status,
      textBytes: sql<number>`octet_length(${responses.text})`,
    })
    .from(responses)
    .where(inArray(responses.turnId, turnIds))
    .orderBy(asc(responses.position));
  const responsesOf = new Map<string, HistoryResponse[]>();
  for (const { turnId, ...response } of rows) {
    const found = responsesOf.get(turnId) ?? [];
    found.push(response);
    responsesOf.set(turnId, found);
  }
  return responsesOf;
}

export interface HistoryTexts {
  prompts: ReadonlyMap<TurnId, string>;
  answers: ReadonlyMap<ResponseId, string>;
}

/** The prompts of these turns and the texts of these responses. For the server only: ownership is not checked. */
export async function loadHistoryTexts(
  db: DbOrTx,
  params: { turnIds: readonly TurnId[]; responseIds: readonly ResponseId[] },
): Promise<HistoryTexts> {
  if (params.turnIds.length === 0) return { prompts: new Map(), answers: new Map() };
  const [prompts, answers] = await Promise.all([
    db
      .select({ id: turns.id, prompt: turns.prompt })
      .from(turns)
      .where(inArray(turns.id, [...params.turnIds])),
    db
      .select({ id: responses.id, text: responses.text })
      .from(responses)
      .where(inArray(responses.id, [...params.responseIds])),
  ]);
  return {
    prompts: new Map(prompts.map(({ id, prompt }) => [id, prompt])),
    answers: new Map(answers.map(({ id, text }) => [id, text])),
  };
}
