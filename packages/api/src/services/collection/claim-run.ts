import { AppError } from '@aideator/contract/errors';
import { ANSWER_BYTES_MAX } from '@aideator/contract/limits';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { ClaimInput, RunSpec } from '@aideator/contract/run-spec';
import { listHistory, loadHistoryTexts } from '@aideator/db/queries/history';
import { recordResult } from '@aideator/db/queries/results';
import { markClaimed, type RunDetail } from '@aideator/db/queries/runs';
import type { ApiDeps } from '../../deps.ts';
import { revealProviderKey } from '../accounts/provider-keys.ts';
import { exchangesFor } from '../domain/history.ts';
import { buildMessages } from '../domain/messages.ts';
import { sha256 } from './run-tokens.ts';

/**
 * Gives a run to the process that claims it. Throws `run_protocol` for another version and `run_claim_refused` for a wrong
 * token, run or attempt. If the spec cannot be built, records that as the failure of the run.
 */
export async function claimRun(deps: ApiDeps, input: ClaimInput): Promise<RunSpec> {
  if (input.v !== PROTOCOL_VERSION) {
    throw new AppError('run_protocol', `runner speaks version ${input.v}, this server ${PROTOCOL_VERSION}`);
  }
  const proof = { tokenSha256: sha256(input.token), nonceSha256: sha256(input.nonce) };
  const { runId, attempt } = input;
  const detail = await markClaimed(deps.db, { runId, attempt, ...proof, now: new Date() });
  if (detail === 'refused') throw new AppError('run_claim_refused', `claim of ${runId}`);
  try {
    return await makeSpec(deps, detail);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const result = {
      outcome: { status: 'failed' as const, error: error.toInfo() },
      text: '',
      reasoning: '',
      textSha256: sha256(''),
      timings: { totalMs: 0 },
    };
    await recordResult(deps.db, { runId, attempt, ...proof, result });
    throw new AppError('run_claim_refused', `${runId} cannot be made`, { cause: error });
  }
}

async function makeSpec(
  deps: ApiDeps,
  { run, response, turn, sessionId, userId }: RunDetail,
): Promise<RunSpec> {
  const { settings } = deps;
  const [history, models, providerKey] = await Promise.all([
    // The first turn has no history.
    turn.number === 1 ? [] : listHistory(deps.db, { sessionId, beforeTurnNumber: turn.number }),
    deps.catalogue.list(),
    run.ownKeyProvider === null
      ? undefined
      : revealProviderKey(deps, { userId, provider: run.ownKeyProvider }),
  ]);
  const exchanges = exchangesFor(history, response);
  const texts = await loadHistoryTexts(deps.db, {
    turnIds: exchanges.map((exchange) => exchange.turn.id),
    responseIds: exchanges.map((exchange) => exchange.response.responseId),
  });
  const model = models.find(({ id }) => id === response.modelId);
  const preset = model?.preset;
  return {
    v: PROTOCOL_VERSION,
    runId: run.id,
    attempt: run.attempt,
    turnId: turn.id,
    responseId: response.id,
    model: response.modelId,
    messages: buildMessages(exchanges, texts, { prompt: turn.prompt, systemText: preset?.systemText }),
    parameters: run.parameters,
    gateway: {
      baseUrl: settings.gateway.baseUrl,
      apiKey: settings.gateway.keyFor({
        runId: run.id,
        model: response.modelId,
        lifetimeSeconds: settings.run.timeoutSeconds,
      }),
    },
    ...(providerKey === undefined ? {} : { providerKey }),
    limits: {
      timeoutSeconds: settings.run.timeoutSeconds,
      firstTokenTimeoutSeconds: model?.firstTokenTimeoutSeconds ?? settings.run.firstTokenTimeoutSeconds,
      idleTimeoutSeconds: settings.run.idleTimeoutSeconds,
      answerBytesMax: ANSWER_BYTES_MAX,
      triesMax: settings.run.triesMax,
    },
  };
}
