import type { ResponseId } from '@aideator/contract/ids';
import type { PreferenceView, ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';

/** A response that was just requested, at a position. */
export function responseView(position: number, more: Partial<ResponseView> = {}): ResponseView {
  return {
    responseId: `rsp_${position}`,
    modelId: `model-${position}`,
    modelName: `Model ${position}`,
    position,
    attempt: 1,
    status: 'pending',
    text: '',
    reasoning: '',
    ...more,
  };
}

/** A turn with two responses in progress. */
export function turnView(more: Partial<TurnView> = {}): TurnView {
  return {
    id: 'trn_1',
    sessionId: 'ses_1',
    number: 1,
    mode: 'compare',
    prompt: 'p',
    createdAt: new Date(0),
    responses: [responseView(0), responseView(1)],
    preference: null,
    active: true,
    blind: null,
    ...more,
  };
}

export function sessionDetail(turns: TurnView[]): SessionDetail {
  return {
    id: 'ses_1',
    title: 't',
    createdAt: new Date(0),
    updatedAt: new Date(0),
    turns,
    olderBefore: null,
  };
}

/** The verdict that prefers one response. */
export function preferenceFor(responseId: ResponseId): PreferenceView {
  return {
    id: 'prf_1',
    verdict: 'response',
    tiers: [[responseId]],
    worst: null,
    continueWith: responseId,
    reasons: [],
    worstReasons: [],
    feedback: null,
    createdAt: new Date(0),
    isBlind: false,
    isAfterReveal: false,
  };
}
