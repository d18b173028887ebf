import { AppError, type ErrorCode, peopleText } from '@aideator/contract/errors';
import { TRPCError } from '@trpc/server';
import { ZodError, z } from 'zod';

type TrpcCode = TRPCError['code'];

/**
 * The only map from our codes to tRPC's, and thereby to HTTP. Clients reopen a subscription that ends with
 * INTERNAL_SERVER_ERROR or SERVICE_UNAVAILABLE; every other code ends it.
 */
const TRPC_CODE: Record<ErrorCode, TrpcCode> = {
  invalid_input: 'BAD_REQUEST',
  prompt_empty: 'BAD_REQUEST',
  prompt_too_long: 'PAYLOAD_TOO_LARGE',
  prompt_has_nul: 'BAD_REQUEST',
  models_missing: 'BAD_REQUEST',
  models_too_many: 'BAD_REQUEST',
  blind_needs_models: 'BAD_REQUEST',
  model_unknown: 'BAD_REQUEST',
  model_needs_key: 'PRECONDITION_FAILED',
  nothing_to_continue: 'PRECONDITION_FAILED',
  turn_active: 'CONFLICT',
  too_many_runs: 'TOO_MANY_REQUESTS',
  too_many_streams: 'TOO_MANY_REQUESTS',
  conflict: 'CONFLICT',
  unauthorized: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  password_wrong: 'BAD_REQUEST',
  password_weak: 'BAD_REQUEST',
  rate_limited: 'TOO_MANY_REQUESTS',
  run_claim_refused: 'CONFLICT',
  run_protocol: 'PRECONDITION_FAILED',
  gateway_unreachable: 'SERVICE_UNAVAILABLE',
  gateway_error: 'BAD_GATEWAY',
  gateway_rejected: 'BAD_REQUEST',
  provider_auth: 'PRECONDITION_FAILED',
  provider_rate_limited: 'TOO_MANY_REQUESTS',
  context_too_long: 'BAD_REQUEST',
  content_filtered: 'BAD_REQUEST',
  answer_empty: 'BAD_GATEWAY',
  answer_too_long: 'BAD_GATEWAY',
  tool_called: 'BAD_GATEWAY',
  finish_unknown: 'BAD_GATEWAY',
  web_page_received: 'BAD_GATEWAY',
  stream_broken: 'BAD_GATEWAY',
  first_token_timeout: 'GATEWAY_TIMEOUT',
  idle_timeout: 'GATEWAY_TIMEOUT',
  run_timeout: 'GATEWAY_TIMEOUT',
  run_start_failed: 'SERVICE_UNAVAILABLE',
  runner_crashed: 'INTERNAL_SERVER_ERROR',
  interrupted: 'SERVICE_UNAVAILABLE',
  unavailable: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
};

const CODE_OF_TRPC: Partial<Record<TrpcCode, ErrorCode>> = {
  BAD_REQUEST: 'invalid_input',
  PARSE_ERROR: 'invalid_input',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_input',
  METHOD_NOT_SUPPORTED: 'invalid_input',
  PAYLOAD_TOO_LARGE: 'prompt_too_long',
  NOT_FOUND: 'not_found',
  UNAUTHORIZED: 'unauthorized',
};

/** Converts an AppError to a TRPCError whose message is the text for people. */
export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({ code: TRPC_CODE[error.code], message: peopleText(error.code), cause: error });
}

/** The part of an error that clients get. Unknown errors become `internal`, without their text. */
export function publicError(error: TRPCError): { appCode: ErrorCode; message: string; detail?: string } {
  const { cause } = error;
  if (cause instanceof AppError) {
    const shown = { appCode: cause.code, message: peopleText(cause.code) };
    return cause.detail === undefined ? shown : { ...shown, detail: cause.detail };
  }
  const appCode = CODE_OF_TRPC[error.code] ?? 'internal';
  if (cause instanceof ZodError) return { appCode, message: peopleText(appCode), detail: firstIssue(cause) };
  return { appCode, message: peopleText(appCode) };
}

function firstIssue(error: ZodError): string {
  const { fieldErrors, formErrors } = z.flattenError(error as ZodError<Record<string, unknown>>);
  const [field] = Object.entries(fieldErrors);
  return field ? `${field[0]}: ${field[1]?.[0] ?? 'not valid'}` : (formErrors[0] ?? 'not valid');
}
