import type { RunId } from '@aideator/contract/ids';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { ChatMessage, RunSpec, SamplingParameters } from '@aideator/contract/run-spec';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isOptionalText = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';
const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && isPositive(value);
const isOptionalNumber = (value: unknown): value is number | undefined =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value));

const isMessage = (value: unknown): value is ChatMessage =>
  isFields(value) &&
  (value.role === 'system' || value.role === 'user' || value.role === 'assistant') &&
  typeof value.content === 'string';

function isParameters(value: unknown): value is SamplingParameters {
  return (
    isFields(value) &&
    isOptionalNumber(value.temperature) &&
    isOptionalNumber(value.topP) &&
    isOptionalNumber(value.maxOutputTokens)
  );
}

function isGateway(value: unknown): value is RunSpec['gateway'] {
  return (
    isFields(value) && isText(value.baseUrl) && URL.canParse(value.baseUrl) && isOptionalText(value.apiKey)
  );
}

function isLimits(value: unknown): value is RunSpec['limits'] {
  return (
    isFields(value) &&
    isPositive(value.timeoutSeconds) &&
    isPositive(value.firstTokenTimeoutSeconds) &&
    isPositive(value.idleTimeoutSeconds) &&
    isCount(value.answerBytesMax) &&
    isCount(value.triesMax)
  );
}

const CHECKS: { [K in keyof Required<RunSpec>]: (value: unknown) => boolean } = {
  v: (value) => value === PROTOCOL_VERSION,
  runId: isText,
  attempt: isCount,
  turnId: isText,
  responseId: isText,
  model: isText,
  messages: (value) => Array.isArray(value) && value.length > 0 && value.every(isMessage),
  parameters: isParameters,
  gateway: isGateway,
  providerKey: isOptionalText,
  limits: isLimits,
};

/**
 * Checks the reply to a claim by hand, because loading zod would double the time to start. If it is not a spec of this
 * version and this run, returns the reason as text, with names of fields and no values.
 */
export function readRunSpec(value: unknown, run: { runId: RunId; attempt: number }): RunSpec | string {
  if (!isFields(value)) return 'The reply to the claim holds no run spec.';
  if (value.v !== PROTOCOL_VERSION) {
    return `The server speaks version ${Number(value.v)}, this runner ${PROTOCOL_VERSION}.`;
  }
  const wrong = Object.entries(CHECKS).find(([field, check]) => !check(value[field]));
  if (wrong) return `The run spec has a wrong ${wrong[0]}.`;
  const spec = value as Fields as RunSpec;
  return spec.runId === run.runId && spec.attempt === run.attempt ? spec : 'The run spec is for another run.';
}
