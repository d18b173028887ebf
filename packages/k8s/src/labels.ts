import type { RunRef, RunToStart } from '@aideator/contract/backend';

/** What a Job and its pod say of their run. */
export const RUN_LABELS = {
  run: 'aideator/run',
  attempt: 'aideator/attempt',
  turn: 'aideator/turn',
  response: 'aideator/response',
  model: 'aideator/model',
} as const;

/** The model's id as it is; as a label it is changed to what label rules allow. */
export const MODEL_ANNOTATION = 'aideator/model-id';

const LABEL_CHARS_MAX = 63;
const MANAGED_BY = 'aideator';
const COMPONENT = 'runner';

/** The text as a label's value: other characters become `-`, at most 63, a letter or digit at both ends. May be empty. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LABEL_CHARS_MAX)
    .replace(/[^A-Za-z0-9]+$/, '');
}

/** The same for the same attempt, so that the API server refuses a second one. A DNS label. */
export function jobName({ runId, attempt }: RunRef): string {
  return `${runId.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${attempt}`;
}

/** `instance` tells the runs of one installation from those of another in the same namespace. */
export function runLabels(run: RunToStart, instance: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'aideator-runner',
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': COMPONENT,
    'app.kubernetes.io/part-of': 'aideator',
    'app.kubernetes.io/managed-by': MANAGED_BY,
    [RUN_LABELS.run]: run.runId,
    [RUN_LABELS.attempt]: String(run.attempt),
    [RUN_LABELS.turn]: run.turnId,
    [RUN_LABELS.response]: run.responseId,
    [RUN_LABELS.model]: labelValue(run.model),
  };
}

/** Selects all runs of an installation. */
export function runSelector(instance: string): string {
  return [
    `app.kubernetes.io/managed-by=${MANAGED_BY}`,
    `app.kubernetes.io/component=${COMPONENT}`,
    `app.kubernetes.io/instance=${instance}`,
  ].join(',');
}

/** Undefined for what is not labelled as a run. */
export function refOf(labels: Readonly<Record<string, string>>): RunRef | undefined {
  const runId = labels[RUN_LABELS.run];
  const attempt = Number(labels[RUN_LABELS.attempt]);
  return runId && Number.isSafeInteger(attempt) && attempt > 0 ? { runId, attempt } : undefined;
}

/** One text per attempt, for maps. */
export function keyOf({ runId, attempt }: RunRef): string {
  return `${runId}#${attempt}`;
}
