import type { RunRef } from '@aideator/contract/backend';
import type { ResponseState } from '@aideator/contract/frames';
import type { RunResult } from '@aideator/contract/hand-over';

/** How a collector reads and writes the record of a run. The record takes precedence over the log. */
export interface RunRecords {
  /** The stored state if this attempt has a recorded outcome, else undefined. */
  outcome(run: RunRef): Promise<ResponseState | undefined>;
  /** Records the outcome from the log, for a run that could not hand it over. The first record of an attempt wins. */
  record(run: RunRef & { epoch: number }, result: RunResult): Promise<void>;
}
