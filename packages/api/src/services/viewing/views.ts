import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import type { PreferenceView, ResponseView, SessionView, TurnView } from '@aideator/contract/views';
import type { PreferenceDetail } from '@aideator/db/queries/ballots';
import type { ResponseRow, TurnDetail } from '@aideator/db/queries/turn-pages';
import type { Response } from '@aideator/db/schema/responses';
import type { Session } from '@aideator/db/schema/sessions';
import { namesItself } from '../domain/names-itself.ts';
import { blindView, hiddenPace, maskView } from './blind-mask.ts';

/** Rows as the API returns them. */
export function sessionView({ id, title, createdAt, updatedAt }: Session): SessionView {
  return { id, title, createdAt, updatedAt };
}

export function preferenceView(detail: PreferenceDetail): PreferenceView {
  const { id, verdict, tiers, worst, reasons, worstReasons, feedback, createdAt, isBlind, isAfterReveal } =
    detail;
  return {
    id,
    verdict,
    tiers,
    worst,
    continueWith: detail.responseId,
    reasons,
    worstReasons,
    feedback,
    createdAt,
    isBlind,
    isAfterReveal,
  };
}

/** Omits keys of absent columns, because `undefined` in a patch would overwrite known values. */
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
    ...(row.citations && { citations: row.citations }),
    ...(row.outputTokensMax !== null && { outputTokensMax: row.outputTokensMax }),
    ...usageOf(row),
    ...timingsOf(row),
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
      ...(row.cacheWriteInputTokens !== null && { cacheWriteInputTokens: row.cacheWriteInputTokens }),
    },
  };
}

function timingsOf({ totalMs, firstTokenMs, firstTextMs }: Response): Pick<ResponseState, 'timings'> {
  if (totalMs === null) return {};
  return {
    timings: {
      totalMs,
      ...(firstTokenMs !== null && { firstTokenMs }),
      ...(firstTextMs !== null && { firstTextMs }),
    },
  };
}

const trimZeros = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

function responseView(row: ResponseRow, isBlind: boolean): ResponseView {
  return {
    ...responseState(row),
    modelId: row.modelId,
    modelName: row.modelName,
    ...(row.answeredBy !== null && { answeredBy: row.answeredBy }),
    ...(row.isExcerpt && { isExcerpt: true as const }),
    ...(isBlind && isTerminal(row.status) && namesItself(row.text, row) && { namesItself: true as const }),
  };
}

/** A turn as its owner may see it now: a blind one without names and figures until its reveal. */
export function turnView(detail: TurnDetail): TurnView {
  const pace = hiddenPace(detail.turn);
  const view = openView(detail);
  return pace ? maskView(view, pace) : view;
}

function openView({ turn, responses, preference }: TurnDetail): TurnView {
  const { revealPace } = turn;
  return {
    id: turn.id,
    sessionId: turn.sessionId,
    number: turn.number,
    mode: turn.mode,
    prompt: turn.prompt,
    createdAt: turn.createdAt,
    responses: responses.map((row) => responseView(row, turn.isBlind)),
    preference: preference && preferenceView(preference),
    active: responses.some((response) => !isTerminal(response.status)),
    blind: revealPace && blindView(responses, { pace: revealPace, isRevealed: true }),
  };
}
