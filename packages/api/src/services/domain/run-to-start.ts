import type { RunToStart } from '@aideator/contract/backend';

/** Builds a run for the backend, for first attempts, retries and adopted runs alike. */
export function runToStart(
  run: Omit<RunToStart, 'model' | 'timeoutSeconds'> & { modelId: string },
  settings: { timeoutSeconds: number },
): RunToStart {
  const { runId, attempt, turnId, responseId, modelId, token } = run;
  return {
    runId,
    attempt,
    turnId,
    responseId,
    model: modelId,
    token,
    timeoutSeconds: settings.timeoutSeconds,
  };
}
