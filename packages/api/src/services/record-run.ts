import type { RunRef } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import type { CompleteInput, RunResult } from '@aideator/contract/hand-over';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import { isTerminal } from '@aideator/contract/statuses';
import { recordResult } from '@aideator/db/queries/results';
import { getRunForCollector } from '@aideator/db/queries/runs';
import type { RunRecords } from '../collector/run-records.ts';
import type { ApiDeps } from '../deps.ts';
import { costUsd } from './cost.ts';
import { sha256 } from './run-tokens.ts';
import { responseState } from './views.ts';

type RecordDeps = Pick<ApiDeps, 'db' | 'catalogue' | 'log'>;

/** The price list's answer for a result; a price that cannot be had now is no reason to lose the result. */
async function costOf(deps: RecordDeps, runId: string, result: RunResult): Promise<string | null> {
  if (!result.usage) return null;
  const detail = await getRunForCollector(deps.db, { runId });
  const models = await deps.catalogue.list().catch(() => []);
  const model = models.find(({ id }) => id === detail?.response.modelId);
  return model ? (costUsd(result.usage, model) ?? null) : null;
}

/**
 * A runner's hand-over. Answers `recorded: true` when this outcome is what is stored, also when it is repeated.
 * Throws `run_protocol` for another version, `invalid_input` when text and hash differ, `run_claim_refused` for a run that
 * is not this process's, an older attempt, or one that has another outcome already.
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

/** The collector's access to records. */
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
