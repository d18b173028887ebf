import { BLIND_MODELS_MIN } from './blind.ts';
import { MODELS_PER_TURN_MAX, PROMPT_CHARS_MAX } from './limits.ts';

/** The closed list of error codes that cross a process border. */
export const ERROR_CODES = [
  // the request
  'invalid_input',
  'prompt_empty',
  'prompt_too_long',
  'prompt_has_nul',
  'models_missing',
  'models_too_many',
  'blind_needs_models',
  'model_unknown',
  'model_needs_key',
  'nothing_to_continue',
  'turn_active',
  'too_many_runs',
  'too_many_streams',
  'conflict',
  // the caller
  'unauthorized',
  'forbidden',
  'not_found',
  'password_wrong',
  'password_weak',
  'rate_limited',
  // failures of a run
  'gateway_unreachable',
  'gateway_error',
  'gateway_rejected',
  'provider_auth',
  'provider_rate_limited',
  'context_too_long',
  'content_filtered',
  'answer_empty',
  'answer_too_long',
  'tool_called',
  'finish_unknown',
  'web_page_received',
  'stream_broken',
  'first_token_timeout',
  'idle_timeout',
  'run_timeout',
  'run_start_failed',
  'runner_crashed',
  'run_protocol',
  'run_claim_refused',
  'interrupted',
  // failures of the server
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as stored and sent. `detail` is text from a provider or the gateway, redacted and cut. */
export interface ErrorInfo {
  code: ErrorCode;
  detail?: string | undefined;
}

/** One text for people per code. Says what happened and what to do next. */
const PEOPLE_TEXT: Record<ErrorCode, string> = {
  invalid_input: 'Something in that request is not valid. Check what you entered and try again.',
  prompt_empty: 'Write a prompt first.',
  prompt_too_long: `This prompt is too long. Shorten it to ${PROMPT_CHARS_MAX.toLocaleString('en-US')} characters or fewer.`,
  prompt_has_nul: 'This prompt contains a NUL character. Remove it and send again.',
  models_missing: 'Choose at least one model.',
  models_too_many: `Choose ${MODELS_PER_TURN_MAX} models or fewer.`,
  blind_needs_models: `Choose at least ${BLIND_MODELS_MIN} models for a blind comparison.`,
  model_unknown: 'One of the chosen models is not available any more. Choose another.',
  model_needs_key: 'This model needs your own provider key. Add it under Settings, then send again.',
  nothing_to_continue: 'There is no chosen answer to continue with yet. Pick one, or compare again.',
  turn_active: 'An answer of this chat is still being written. Wait for it, or press Stop, then send again.',
  too_many_runs:
    'Too many of your answers are still being written. Wait for some of them, or press Stop, then send again.',
  too_many_streams:
    'You have many chats open. Live text goes to the newest of them; this one is refreshed every few seconds.',
  conflict: 'This was changed somewhere else in the meantime. Reload and try again.',
  unauthorized: 'You are signed out. Sign in again; what you typed is kept.',
  forbidden: 'You are not allowed to do that.',
  not_found: 'That does not exist, or it is not yours.',
  password_wrong: 'The current password is not right. Check it and try again.',
  password_weak: 'This password is easy to guess. Choose another: three unrelated words do well.',
  rate_limited: 'That was too fast. Wait a moment, then try again.',
  gateway_unreachable: 'The model gateway cannot be reached. Retry in a moment.',
  gateway_error: 'The provider had an error. Retry in a moment.',
  gateway_rejected: 'The provider refused this request. Read the detail, change the prompt or the model.',
  provider_auth: 'The provider did not accept the key. Check it under Settings.',
  provider_rate_limited: 'The provider is limiting requests. Wait a little, then retry.',
  context_too_long:
    'The conversation is longer than this model can read. Start a new chat or choose a model with a larger context window.',
  content_filtered:
    "The provider's content filter stopped this answer. Rephrase the prompt or choose another model.",
  answer_empty: 'The model returned no text. Retry, or choose another model.',
  answer_too_long: 'The answer was cut at the size limit of 2 MB. Ask for a shorter one, or in parts.',
  tool_called: 'The model called a tool instead of answering. Retry, or choose another model.',
  finish_unknown: 'The provider ended this answer for a reason of its own. Read the detail, then retry.',
  web_page_received:
    'The server sent a web page instead of an answer, as a proxy or a log-in page does. Retry; if it happens again, tell the operator.',
  stream_broken: 'The answer broke off. Retry for a whole one.',
  first_token_timeout: 'The model did not begin to answer in time. Retry, or choose a faster model.',
  idle_timeout: 'The model stopped sending. Retry for a whole answer.',
  run_timeout: 'The model took longer than allowed. Retry, or choose a faster model.',
  run_start_failed: 'This model could not be started. Retry; if it happens again, tell the operator.',
  runner_crashed: 'The process that ran this model ended unexpectedly. Retry.',
  run_protocol: 'The runner and the server speak different versions. Tell the operator.',
  run_claim_refused: 'This run was already taken or is over. Retry.',
  interrupted: 'The server was restarted before this answer was done. Retry.',
  unavailable: 'The server is not ready. Try again in a moment.',
  internal: 'Something went wrong on our side. Try again; if it happens again, tell the operator.',
};

/** The text for people, which says what to do next. Contains nothing of the cause. */
export function peopleText(code: ErrorCode): string {
  return PEOPLE_TEXT[code];
}

/** The text for a response that ended with this code. Mentions kept text only if there is some. */
export function responseErrorText(code: ErrorCode, { hasText }: { hasText: boolean }): string {
  return hasText ? `${PEOPLE_TEXT[code]} What arrived is kept.` : PEOPLE_TEXT[code];
}

/** Marks our errors, since bundlers may load several copies of this class into one process. */
const APP_ERROR = Symbol.for('aideator.AppError');

/**
 * An expected failure. `message` is for logs, `peopleText(code)` is for people. `detail` is safe to show: the code that
 * sets it has redacted it. Any other thrown value is shown as `internal`.
 */
export class AppError extends Error {
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === 'object' && value !== null && APP_ERROR in value;
  }

  readonly [APP_ERROR] = true;
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string = code, options: { detail?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
  }

  toInfo(): ErrorInfo {
    return this.detail === undefined ? { code: this.code } : { code: this.code, detail: this.detail };
  }
}
