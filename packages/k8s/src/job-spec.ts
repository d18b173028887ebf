import type { RunToStart } from '@aideator/contract/backend';
import { RUNNER_ENV } from '@aideator/contract/protocol';
import type { V1Job, V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import { jobName, MODEL_ANNOTATION, runLabels } from './labels.ts';

/** Kubernetes quantities, such as `{ cpu: '100m', memory: '128Mi' }`. */
type Quantities = Readonly<Record<string, string>>;

/** Settings that all runs of an installation share. */
export interface JobSettings {
  /** Separates the runs of installations that share a namespace. */
  instance: string;
  image: string;
  imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  imagePullSecrets: readonly string[];
  /** Base URL of the API for runners, as pods reach it. */
  callbackUrl: string;
  resources: { requests: Quantities; limits: Quantities };
  /** How long Kubernetes keeps a finished Job that was not deleted. */
  ttlSecondsAfterFinished: number;
  /** Added to a run's timeout for its start, claim and hand-over. Kubernetes ends the run after that. */
  graceSeconds: number;
  /** Between SIGTERM and SIGKILL. */
  stopSeconds: number;
  serviceAccountName?: string;
  priorityClassName?: string;
  runtimeClassName?: string;
  nodeSelector: Readonly<Record<string, string>>;
  tolerations: readonly V1Toleration[];
  /** Set on Job and pod. The program's own keys win. */
  extraLabels: Readonly<Record<string, string>>;
  extraAnnotations: Readonly<Record<string, string>>;
}

export const JOB_DEFAULTS = {
  imagePullPolicy: 'IfNotPresent',
  imagePullSecrets: [],
  resources: {
    requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  },
  ttlSecondsAfterFinished: 300,
  graceSeconds: 210,
  stopSeconds: 2,
  nodeSelector: {},
  tolerations: [],
  extraLabels: {},
  extraAnnotations: {},
} satisfies Partial<JobSettings>;

const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** Name of the runner's container in every pod. */
export const CONTAINER = 'runner';

/** Returns the Job of one attempt. It conforms to Pod Security `restricted`, runs as any uid, is never retried by Kubernetes, and holds no secret but the one-use token. */
export function jobManifest(run: RunToStart, settings: JobSettings) {
  const labels = { ...settings.extraLabels, ...runLabels(run, settings.instance) };
  const annotations = { ...settings.extraAnnotations, [MODEL_ANNOTATION]: run.model };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(run), labels, annotations },
    spec: {
      parallelism: 1,
      completions: 1,
      // A retry costs money, so the person decides on it.
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(run.timeoutSeconds + settings.graceSeconds),
      ttlSecondsAfterFinished: settings.ttlSecondsAfterFinished,
      template: { metadata: { labels, annotations }, spec: podSpec(run, settings) },
    },
  } satisfies V1Job;
}

function podSpec(run: RunToStart, settings: JobSettings) {
  const { serviceAccountName, priorityClassName, runtimeClassName, imagePullSecrets } = settings;
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: settings.stopSeconds,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    nodeSelector: settings.nodeSelector,
    tolerations: [...settings.tolerations],
    ...(serviceAccountName ? { serviceAccountName } : {}),
    ...(priorityClassName ? { priorityClassName } : {}),
    ...(runtimeClassName ? { runtimeClassName } : {}),
    ...(imagePullSecrets.length > 0 ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) } : {}),
    containers: [
      {
        name: CONTAINER,
        image: settings.image,
        imagePullPolicy: settings.imagePullPolicy,
        env: environment(run, settings.callbackUrl),
        resources: settings.resources,
        securityContext: CONTAINER_SECURITY,
      },
    ],
  } satisfies V1PodSpec;
}

/** The token is valid for one claim. The response to the claim contains the prompt and the keys. */
function environment(run: RunToStart, callbackUrl: string) {
  return [
    { name: RUNNER_ENV.runId, value: run.runId },
    { name: RUNNER_ENV.attempt, value: String(run.attempt) },
    { name: RUNNER_ENV.token, value: run.token },
    { name: RUNNER_ENV.callbackUrl, value: callbackUrl },
  ];
}
