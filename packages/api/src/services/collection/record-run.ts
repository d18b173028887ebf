import type { RunRef } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import type { CompleteInput, RunResult } from '@aideator/contract/hand-over';
import type { RunId } from '@aideator/contract/ids';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import { isTerminal } from '@aideator/contract/statuses';
import { recordResult } from '@aideator/db/queries/results';
import { getRunForCollector } from '@aideator/db/queries/runs';
import type { RunRecords } from '../../collector/run-records.ts';
import type { ApiDeps } from '../../deps.ts';
import { costUsd } from '../domain/cost.ts';
import { namesItself } from '../domain/names-itself.ts';
import { responseState } from '../viewing/views.ts';
import { sha256 } from './run-tokens.ts';

type RecordDeps = Pick<ApiDeps, 'db' | 'catalogue' | 'log'>;

interface Facts {
  costUsd: string | null;
  namesItself: boolean | null;
}

/** What a result costs and whether it names its model; null if unknown. Never fails because of the catalogue, which would lose the result. */
async function factsOf(deps: RecordDeps, runId: RunId, result: RunResult): Promise<Facts> {
  const detail = await getRunForCollector(deps.db, { runId });
  if (!detail) return { costUsd: null, namesItself: null };
  const { modelId, modelName, provider } = detail.response;
  const models = await deps.catalogue.list().catch(() => []);
  const model = models.find(({ id }) => id === modelId);
  const names = { modelId, modelName, provider, providerName: model?.providerName };
  return {
    costUsd: (model && result.usage && costUsd(result.usage, model)) ?? null,
    namesItself: namesItself(result.text, { ...names, answeredBy: result.answeredBy ?? null }),
  };
}

/**
 * Records a runner's hand-over. Returns `recorded: true` if this outcome is stored, also for a repeated hand-over.
 * Throws `run_protocol` for another version, `invalid_input` when text and hash differ, and `run_claim_refused` for the run
 * of another process, an older attempt, or a run with another outcome.
 */
export async function completeRun(deps: RecordDeps, input: CompleteInput): Promise<{ recorded: true }> {
  if (input.v !== PROTOCOL_VERSION) throw new AppError('run_protocol', `version ${input.v}`);
  const { runId, attempt, result } = input;
  if (sha256(result.text) !== result.textSha256)
    throw new AppError('invalid_input', `text of ${runId} has another hash`);
  const answer = await recordResult(deps.db, {
    runId,
    attempt,
    result,
    ...(await factsOf(deps, runId, result)),
    tokenSha256: sha256(input.token),
    nonceSha256: sha256(input.nonce),
  });
  if (answer !== 'recorded') throw new AppError('run_claim_refused', `hand-over of ${runId} was ${answer}`);
  return { recorded: true };
}

/** The collector's access to run records. */
export function createRunRecords(deps: RecordDeps): RunRecords {
  return {
    async outcome({ runId, attempt }: RunRef) {
      const detail = await getRunForCollector(deps.db, { runId });
      if (!detail || !isTerminal(detail.run.status) || detail.response.attempt !== attempt) return undefined;
      return responseState(detail.response);
    },
    async record({ runId, attempt, epoch }, result) {
      const input = { runId, attempt, epoch, result, ...(await factsOf(deps, runId, result)) };
      const answer = await recordResult(deps.db, input);
      if (answer === 'refused') throw new AppError('conflict', `the record of ${runId} was refused`);
    },
  };
}
