import type { RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import type { CatalogueModel } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import type { ChatMessage, SamplingParameters } from '@aideator/contract/run-spec';
import type { NewRun } from '@aideator/db/queries/turns';
import type { ApiSettings } from '../deps.ts';
import { worstCaseCostUsd } from './cost.ts';
import { newRunToken } from './run-tokens.ts';

export interface RunPlan {
  turnId: string;
  responseId: string;
  attempt: number;
  model: Pick<
    CatalogueModel,
    'id' | 'provider' | 'outputTokensMax' | 'inputUsdPerMillion' | 'outputUsdPerMillion' | 'preset'
  >;
  messages: readonly ChatMessage[];
}

/** A run as it is stored, and as the backend is given it: the token itself is only in the second. */
export function newRun(settings: ApiSettings['run'], plan: RunPlan): { stored: NewRun; toStart: RunToStart } {
  const { model } = plan;
  const runId = newId('run');
  const { token, tokenSha256 } = newRunToken();
  const outputTokensMax = Math.min(
    model.outputTokensMax ?? settings.outputTokensMax,
    settings.outputTokensMax,
  );
  const parameters: SamplingParameters = { maxOutputTokens: outputTokensMax, ...model.preset?.parameters };
  return {
    stored: {
      id: runId,
      tokenSha256,
      reservedUsd: worstCaseCostUsd(plan.messages, outputTokensMax, model) ?? '0',
      ownKeyProvider: model.id.startsWith(OWN_KEY_PREFIX) ? model.provider : null,
      parameters,
    },
    toStart: {
      runId,
      attempt: plan.attempt,
      turnId: plan.turnId,
      responseId: plan.responseId,
      model: model.id,
      token,
      timeoutSeconds: settings.timeoutSeconds,
    },
  };
}
