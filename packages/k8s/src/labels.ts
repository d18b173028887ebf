import type { RunRef, RunToStart } from '@aideator/contract/backend';
import { isId } from '@aideator/contract/ids';

/** Labels of a Job and its pod that identify the run. */
export const RUN_LABELS = {
  run: 'aideator/run',
  attempt: 'aideator/attempt',
  turn: 'aideator/turn',
  response: 'aideator/response',
  model: 'aideator/model',
} as const;

/** The exact model id. The label of the model has only the characters that Kubernetes allows. */
export const MODEL_ANNOTATION = 'aideator/model-id';

const LABEL_CHARS_MAX = 63;
const MANAGED_BY = 'aideator';
const COMPONENT = 'runner';

/** Converts text to a valid label value: other characters become `-`, at most 63 characters, a letter or digit at both ends. May be empty. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LABEL_CHARS_MAX)
    .replace(/[^A-Za-z0-9]+$/, '');
}

/** Returns a DNS label that depends on the attempt alone, so that the API server refuses to create the same attempt twice. */
export function jobName({ runId, attempt }: RunRef): string {
  return `${runId.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${attempt}`;
}

/** `instance` separates the runs of installations that share a namespace. */
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

/** A label selector for all runs of an installation. */
export function runSelector(instance: string): string {
  return [
    `app.kubernetes.io/managed-by=${MANAGED_BY}`,
    `app.kubernetes.io/component=${COMPONENT}`,
    `app.kubernetes.io/instance=${instance}`,
  ].join(',');
}

/** Returns undefined for objects without the labels of a run. */
export function refOf(labels: Readonly<Record<string, string>>): RunRef | undefined {
  const runId = labels[RUN_LABELS.run];
  const attempt = Number(labels[RUN_LABELS.attempt]);
  return isId('run', runId) && Number.isSafeInteger(attempt) && attempt > 0 ? { runId, attempt } : undefined;
}
