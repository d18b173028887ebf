import type { RunToStart } from '@aideator/contract/backend';
import { RUNNER_ENV } from '@aideator/contract/protocol';
import { jobName, MODEL_ANNOTATION, runLabels } from './labels.ts';

/** As Kubernetes writes them: `{ cpu: '100m', memory: '128Mi' }`. */
type Quantities = Readonly<Record<string, string>>;

/** What is the same for all runs of an installation. */
export interface JobSettings {
  /** Tells the runs of one installation from those of another in the same namespace. */
  instance: string;
  image: string;
  imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  imagePullSecrets: readonly string[];
  /** Base of the runner's router as pods reach it. */
  callbackUrl: string;
  resources: { requests: Quantities; limits: Quantities };
  /** How long Kubernetes keeps a Job that nobody deleted. */
  ttlSecondsAfterFinished: number;
  /** On top of a run's timeout before Kubernetes ends it: for its start, claim and hand-over. */
  graceSeconds: number;
  /** Between SIGTERM and SIGKILL. */
  stopSeconds: number;
  serviceAccountName?: string;
  priorityClassName?: string;
  runtimeClassName?: string;
  nodeSelector: Readonly<Record<string, string>>;
  /** As in a pod spec; checked by the API server. */
  tolerations: readonly object[];
  /** On Job and pod; those of the program win. */
  extraLabels: Readonly<Record<string, string>>;
  extraAnnotations: Readonly<Record<string, string>>;
}

const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** The container's name in every runner's pod. */
export const CONTAINER = 'runner';

/** The Job of one attempt: it fits Pod Security `restricted`, starts on any uid, is never started again by itself, and holds no secret but the one-use token. */
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
      // A second try costs money and is the person's decision.
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(run.timeoutSeconds + settings.graceSeconds),
      ttlSecondsAfterFinished: settings.ttlSecondsAfterFinished,
      template: { metadata: { labels, annotations }, spec: podSpec(run, settings) },
    },
  };
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
    tolerations: settings.tolerations,
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
  };
}

/** The token is good for one claim; everything else, prompt and keys, comes with the answer to it. */
function environment(run: RunToStart, callbackUrl: string) {
  return [
    { name: RUNNER_ENV.runId, value: run.runId },
    { name: RUNNER_ENV.attempt, value: String(run.attempt) },
    { name: RUNNER_ENV.token, value: run.token },
    { name: RUNNER_ENV.callbackUrl, value: callbackUrl },
  ];
}
