/** The closed list of what can go wrong, as it crosses a process border. */
export const ERROR_CODES = [
  // what was asked
  'invalid_input',
  'prompt_empty',
  'prompt_too_long',
  'prompt_has_nul',
  'models_missing',
  'models_too_many',
  'models_duplicate',
  'model_unknown',
  'model_needs_key',
  'nothing_to_continue',
  'turn_active',
  'conflict',
  // who asked
  'unauthorized',
  'forbidden',
  'not_found',
  'rate_limited',
  // how a run can end badly
  'gateway_unreachable',
  'gateway_error',
  'gateway_rejected',
  'provider_auth',
  'provider_rate_limited',
  'context_too_long',
  'content_filtered',
  'answer_empty',
  'answer_too_long',
  'stream_broken',
  'idle_timeout',
  'run_timeout',
  'run_start_failed',
  'runner_crashed',
  'run_protocol',
  'run_claim_refused',
  'interrupted',
  // ours
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as it is stored and sent. `detail` is text of a provider or the gateway, redacted and cut. */
export interface ErrorInfo {
  code: ErrorCode;
  detail?: string | undefined;
}

/** One text for people per code: what happened, and what to do next. */
const PEOPLE_TEXT: Record<ErrorCode, string> = {
  invalid_input: 'Something in that request is not valid. Check what you entered and try again.',
  prompt_empty: 'Write a prompt first.',
  prompt_too_long: 'This prompt is too long. Shorten it to 200,000 characters or fewer.',
  prompt_has_nul: 'This prompt contains a NUL character. Remove it and send again.',
  models_missing: 'Choose at least one model.',
  models_too_many: 'Choose six models or fewer.',
  models_duplicate: 'The same model is chosen twice. Remove one of them.',
  model_unknown: 'One of the chosen models is not available any more. Choose another.',
  model_needs_key: 'This model needs your own provider key. Add it under Settings, then send again.',
  nothing_to_continue: 'There is no chosen answer to go on with yet. Pick one, or compare again.',
  turn_active: 'An answer of this chat is still being written. Wait for it, or press Stop, then send again.',
  conflict: 'This was changed somewhere else in the meantime. Reload and try again.',
  unauthorized: 'You are signed out. Sign in again; what you typed is kept.',
  forbidden: 'You are not allowed to do that.',
  not_found: 'That does not exist, or it is not yours.',
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
  answer_too_long: 'The answer was cut at the size limit. What arrived is kept.',
  stream_broken: 'The answer broke off. What arrived is kept; retry for a whole one.',
  idle_timeout: 'The model stopped sending. What arrived is kept; retry for a whole answer.',
  run_timeout: 'The model took longer than allowed. What arrived is kept; retry or choose a faster model.',
  run_start_failed: 'This model could not be started. Retry; if it happens again, tell the operator.',
  runner_crashed: 'The process that ran this model ended unexpectedly. What arrived is kept; retry.',
  run_protocol: 'The runner and the server speak different versions. Tell the operator.',
  run_claim_refused: 'This run was already taken or is over. Retry.',
  interrupted: 'The server was restarted before this answer was done. Retry.',
  unavailable: 'The server is not ready. Try again in a moment.',
  internal: 'Something went wrong on our side. Try again; if it happens again, tell the operator.',
};

/** The text for people: what happened and what to do next. Never contains anything of the cause. */
export function peopleText(code: ErrorCode): string {
  return PEOPLE_TEXT[code];
}

/** Bundlers may give one process several copies of this module: an error is known by this mark, not by its copy of the class. */
const APP_ERROR = Symbol.for('aideator.AppError');

/**
 * An expected failure. `message` is for logs, `peopleText(code)` for people; `detail` is safe to show
 * (redacted by whoever makes it). Anything else that is thrown is shown as `internal`.
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
