import type { RunToStart } from '@aideator/contract/backend';
import { newId, type ResponseId, type TurnId } from '@aideator/contract/ids';
import type { CatalogueModel, ModelPrices } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { NewRun } from '@aideator/db/queries/turns';
import type { ApiSettings } from '../../deps.ts';
import { newRunToken } from '../collection/run-tokens.ts';
import { worstCaseCostUsd } from '../domain/cost.ts';
import { outputTokensCap, outputTokensToReserve, smallest } from '../domain/output-limit.ts';
import { runToStart } from '../domain/run-to-start.ts';

export interface RunPlan {
  turnId: TurnId;
  responseId: ResponseId;
  attempt: number;
  model: Pick<CatalogueModel, 'id' | 'provider' | 'outputTokensMax' | 'contextTokens' | 'preset'> &
    ModelPrices;
  /** Set by the person. */
  parameters: SamplingParameters;
  /** Size of the messages that the model will get. */
  inputBytes: number;
}

/** A run for the database and for the backend. Only the latter contains the token itself. */
export function newRun(settings: ApiSettings['run'], plan: RunPlan): { stored: NewRun; toStart: RunToStart } {
  const { model } = plan;
  const runId = newId('run');
  const { token, tokenSha256 } = newRunToken();
  const wanted = { ...model.preset?.parameters, ...plan.parameters };
  const cap = outputTokensCap(
    model,
    smallest(settings.outputTokensMax, wanted.maxOutputTokens),
    plan.inputBytes,
  );
  const parameters: SamplingParameters = {
    ...wanted,
    ...(cap === undefined ? {} : { maxOutputTokens: cap }),
  };
  const outputTokens = outputTokensToReserve(cap, model);
  return {
    stored: {
      id: runId,
      tokenSha256,
      reservedUsd: worstCaseCostUsd(plan.inputBytes, outputTokens, model) ?? '0',
      ownKeyProvider: model.id.startsWith(OWN_KEY_PREFIX) ? model.provider : null,
      parameters,
    },
    toStart: runToStart({ ...plan, runId, modelId: model.id, token }, settings),
  };
}
