import type { RunResult } from '@aideator/contract/hand-over';
import { newId, type RunId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { usage } from '../schema/usage.ts';
import { completeEntries } from './ballots.ts';
import { lockRun, type RunDetail } from './runs.ts';

/** A result that a runner handed over or a collector read from the lines. Only collectors record `interrupted`. */
export type RecordedResult = Omit<RunResult, 'outcome'> & {
  outcome: RunResult['outcome'] | { status: 'interrupted' };
};

export type RecordResultInput = {
  runId: RunId;
  attempt: number;
  result: RecordedResult;
  /** Decimal text. Null or absent if the price is unknown. */
  costUsd?: string | null;
  /** The text names its own model or maker. Null or absent if that is not known. */
  namesItself?: boolean | null;
} & (
  | { tokenSha256: string; nonceSha256: string; epoch?: never }
  | { epoch: number; tokenSha256?: never; nonceSha256?: never }
);

/**
 * `recorded`: this outcome is stored, by this call or by an earlier hand-over of the same result. `already`: another
 * outcome was stored before and stays. `refused`: an unknown run, another process than the one that claimed it, an old
 * attempt or an old epoch.
 */
export type RecordReply = 'recorded' | 'already' | 'refused';

/**
 * Stores the outcome of a run and of its response, and one usage row, exactly once: the first writer wins. A runner
 * authenticates with the token and nonce of its claim, a collector with the epoch of the turn.
 */
export async function recordResult(db: DbOrTx, given: RecordResultInput): Promise<RecordReply> {
  return db.transaction(async (tx) => {
    const locked = await lockRun(tx, given);
    if (!locked || !mayRecord(locked, given)) return 'refused';
    const input = { ...given, result: asWanted(locked, given.result) };
    if (isTerminal(locked.run.status)) return isSame(locked, input.result) ? 'recorded' : 'already';
    await tx
      .update(runs)
      .set({ status: input.result.outcome.status, finishedAt: sql`now()` })
      .where(eq(runs.id, locked.run.id));
    await tx.update(responses).set(outcomeColumns(locked, input)).where(eq(responses.id, locked.response.id));
    await completeEntries(tx, {
      responseId: locked.response.id,
      attempt: locked.run.attempt,
      answeredBy: input.result.answeredBy ?? null,
      namesItself: input.namesItself ?? null,
    });
    await tx.insert(usage).values(usageRow(locked, input));
    return 'recorded';
  });
}

/** A run that ended for another reason (a drained node, a stopping server) is interrupted, not cancelled. */
function asWanted({ run }: RunDetail, result: RecordedResult): RecordedResult {
  const isUnasked = result.outcome.status === 'cancelled' && run.cancelRequestedAt === null;
  return isUnasked ? { ...result, outcome: { status: 'interrupted' } } : result;
}

function mayRecord({ run }: RunDetail, input: RecordResultInput): boolean {
  if (input.epoch !== undefined) return true;
  return run.tokenSha256 === input.tokenSha256 && run.nonceSha256 === input.nonceSha256;
}

function isSame({ run, response }: RunDetail, result: RecordedResult): boolean {
  return run.status === result.outcome.status && response.textSha256 === result.textSha256;
}

function errorColumns(outcome: RecordedResult['outcome']) {
  if (outcome.status === 'interrupted') return { errorCode: 'interrupted' as const, errorDetail: null };
  if (outcome.status !== 'failed') return { errorCode: null, errorDetail: null };
  return { errorCode: outcome.error.code, errorDetail: outcome.error.detail ?? null };
}

const wholeMs = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));

function outcomeColumns({ run }: RunDetail, { result, costUsd }: RecordResultInput) {
  const { outcome, timings } = result;
  return {
    ...errorColumns(outcome),
    status: outcome.status,
    text: result.text,
    reasoning: result.reasoning,
    finishReason: outcome.status === 'completed' ? outcome.finishReason : null,
    citations: result.citations?.length ? result.citations : null,
    outputTokensMax: run.parameters.maxOutputTokens ?? null,
    inputTokens: result.usage?.inputTokens ?? null,
    outputTokens: result.usage?.outputTokens ?? null,
    reasoningTokens: result.usage?.reasoningTokens ?? null,
    cachedInputTokens: result.usage?.cachedInputTokens ?? null,
    cacheWriteInputTokens: result.usage?.cacheWriteInputTokens ?? null,
    usageEstimated: result.usage?.estimated ?? null,
    costUsd: costUsd ?? null,
    firstTokenMs: wholeMs(timings.firstTokenMs),
    firstTextMs: wholeMs(timings.firstTextMs),
    totalMs: Math.round(timings.totalMs),
    textSha256: result.textSha256,
    answeredBy: result.answeredBy ?? null,
    updatedAt: sql`now()`,
  };
}

function usageRow({ run, response, userId }: RunDetail, { result, costUsd }: RecordResultInput) {
  return {
    id: newId('usage'),
    userId,
    runId: run.id,
    modelId: response.modelId,
    provider: response.provider ?? run.ownKeyProvider ?? 'unknown',
    inputTokens: result.usage?.inputTokens ?? 0,
    outputTokens: result.usage?.outputTokens ?? 0,
    reasoningTokens: result.usage?.reasoningTokens ?? 0,
    cachedInputTokens: result.usage?.cachedInputTokens ?? 0,
    cacheWriteInputTokens: result.usage?.cacheWriteInputTokens ?? 0,
    estimated: result.usage?.estimated ?? true,
    costUsd: costUsd ?? null,
    ownKey: run.ownKeyProvider !== null,
  };
}
