import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import type { PreferenceView, ResponseView, SessionView, TurnView } from '@aideator/contract/views';
import type { TurnDetail } from '@aideator/db/queries/turns';
import type { Preference } from '@aideator/db/schema/preferences';
import type { Response } from '@aideator/db/schema/responses';
import type { Session } from '@aideator/db/schema/sessions';

/** Rows as what the API answers. */
export function sessionView({ id, title, createdAt, updatedAt }: Session): SessionView {
  return { id, title, createdAt, updatedAt };
}

export function preferenceView({ verdict, responseId, feedback, createdAt }: Preference): PreferenceView {
  return { verdict, responseId, feedback, createdAt };
}

/** Absent columns are absent keys: a patch made of a state must not carry `undefined` over what it does not say. */
export function responseState(row: Response): ResponseState {
  return {
    responseId: row.id,
    position: row.position,
    attempt: row.attempt,
    status: row.status,
    text: row.text,
    reasoning: row.reasoning,
    ...(row.errorCode && {
      error: { code: row.errorCode, ...(row.errorDetail && { detail: row.errorDetail }) },
    }),
    ...(row.finishReason && { finishReason: row.finishReason }),
    ...usageOf(row),
    ...(row.totalMs !== null && {
      timings: { totalMs: row.totalMs, ...(row.firstTokenMs !== null && { firstTokenMs: row.firstTokenMs }) },
    }),
    ...(row.costUsd !== null && { costUsd: trimZeros(row.costUsd) }),
  };
}

function usageOf(row: Response): Pick<ResponseState, 'usage'> {
  if (row.usageEstimated === null) return {};
  return {
    usage: {
      inputTokens: row.inputTokens ?? 0,
      outputTokens: row.outputTokens ?? 0,
      estimated: row.usageEstimated,
      ...(row.reasoningTokens !== null && { reasoningTokens: row.reasoningTokens }),
      ...(row.cachedInputTokens !== null && { cachedInputTokens: row.cachedInputTokens }),
    },
  };
}

const trimZeros = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

function responseView(row: Response): ResponseView {
  return { ...responseState(row), modelId: row.modelId, modelName: row.modelName };
}

export function turnView({ turn, responses, preference }: TurnDetail): TurnView {
  return {
    id: turn.id,
    sessionId: turn.sessionId,
    number: turn.number,
    mode: turn.mode,
    prompt: turn.prompt,
    createdAt: turn.createdAt,
    responses: responses.map(responseView),
    preference: preference && preferenceView(preference),
    active: responses.some((response) => !isTerminal(response.status)),
  };
}
