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
import { responseState } from '../viewing/views.ts';
import { sha256 } from './run-tokens.ts';

type RecordDeps = Pick<ApiDeps, 'db' | 'catalogue' | 'log'>;

/** The cost of a result; null if it is unknown. Never fails because of the price list, which would lose the result. */
async function costOf(deps: RecordDeps, runId: RunId, result: RunResult): Promise<string | null> {
  if (!result.usage) return null;
  const detail = await getRunForCollector(deps.db, { runId });
  const models = await deps.catalogue.list().catch(() => []);
  const model = models.find(({ id }) => id === detail?.response.modelId);
  return model ? (costUsd(result.usage, model) ?? null) : null;
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
    costUsd: await costOf(deps, runId, result),
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
      const input = { runId, attempt, epoch, result, costUsd: await costOf(deps, runId, result) };
      const answer = await recordResult(deps.db, input);
      if (answer === 'refused') throw new AppError('conflict', `the record of ${runId} was refused`);
    },
  };
}
