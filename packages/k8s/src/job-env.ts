import { z } from 'zod';
import { JOB_DEFAULTS, type JobSettings } from './job-spec.ts';

/** A name of an object or of a part of it, such as a class or a Secret. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const LABEL_NAME = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
const ANNOTATIONS_BYTES_MAX = 256 * 1024;

const objectName = z.string().regex(NAME, 'must be a name of Kubernetes: small letters, digits, "-" and "."');
const key = z.string().refine(isKey);
const labels = z.record(key, z.string().regex(LABEL_VALUE, 'must be a label value of Kubernetes'));
const annotations = z
  .record(key, z.string())
  .refine((all) => Buffer.byteLength(JSON.stringify(all)) <= ANNOTATIONS_BYTES_MAX, 'is longer than 256 KiB');
/** Strict: the client would drop an unknown field, and the toleration would mean something else. */
const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal', 'Lt', 'Gt']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.number().int().optional(),
});

/** The environment variables that describe the Jobs. Structured values are JSON. */
export const JOB_ENV = {
  /** A label value that tells these Jobs from those of another installation in the same namespace. */
  RUNS_INSTANCE: z.string().regex(LABEL_NAME, 'must be a label value of Kubernetes').default('aideator'),
  RUNNER_IMAGE: z.string().min(1).optional(),
  RUNNER_IMAGE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  /** `["registry"]`: Secrets in the namespace for runs. */
  RUNNER_IMAGE_PULL_SECRETS: json(z.array(objectName), '[]'),
  RUNNER_SERVICE_ACCOUNT: z.string().min(1).optional(),
  RUNNER_CPU_REQUEST: z.string().default('50m'),
  RUNNER_CPU_LIMIT: z.string().default('1'),
  RUNNER_MEMORY_REQUEST: z.string().default('64Mi'),
  RUNNER_MEMORY_LIMIT: z.string().default('256Mi'),
  /** `{"pool":"runs"}` */
  RUNNER_NODE_SELECTOR: json(labels, '{}'),
  /** `[{"key":"runs","operator":"Exists","effect":"NoSchedule"}]` */
  RUNNER_TOLERATIONS: json(z.array(toleration), '[]'),
  RUNNER_PRIORITY_CLASS: objectName.optional(),
  RUNNER_RUNTIME_CLASS: objectName.optional(),
  /** `{"team":"a"}`: on Job and pod; those of the program win. */
  RUNNER_LABELS: json(labels, '{}'),
  RUNNER_ANNOTATIONS: json(annotations, '{}'),
};

export type JobEnv = z.output<z.ZodObject<typeof JOB_ENV>>;

/** Converts these variables to the settings of the Jobs. */
export function jobSettingsOf(env: JobEnv): Omit<JobSettings, 'image' | 'callbackUrl'> {
  const { requests, limits } = JOB_DEFAULTS.resources;
  return {
    ...JOB_DEFAULTS,
    instance: env.RUNS_INSTANCE,
    imagePullPolicy: env.RUNNER_IMAGE_PULL_POLICY,
    imagePullSecrets: env.RUNNER_IMAGE_PULL_SECRETS,
    ...optional('serviceAccountName', env.RUNNER_SERVICE_ACCOUNT),
    ...optional('priorityClassName', env.RUNNER_PRIORITY_CLASS),
    ...optional('runtimeClassName', env.RUNNER_RUNTIME_CLASS),
    nodeSelector: env.RUNNER_NODE_SELECTOR,
    tolerations: env.RUNNER_TOLERATIONS,
    extraLabels: env.RUNNER_LABELS,
    extraAnnotations: env.RUNNER_ANNOTATIONS,
    // There is no variable for the disk: its request and limit stay.
    resources: {
      requests: { ...requests, cpu: env.RUNNER_CPU_REQUEST, memory: env.RUNNER_MEMORY_REQUEST },
      limits: { ...limits, cpu: env.RUNNER_CPU_LIMIT, memory: env.RUNNER_MEMORY_LIMIT },
    },
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string });
}

function json<T>(schema: z.ZodType<T>, fallback: '{}' | '[]') {
  const parsed = z.string().transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  });
  return parsed.pipe(schema).prefault(fallback);
}

/** A key of a label or annotation: an optional DNS name with a slash, then a name as in a label value. */
function isKey(text: string): boolean {
  const [name = '', prefix, ...rest] = text.split('/').reverse();
  return rest.length === 0 && LABEL_NAME.test(name) && (prefix === undefined || NAME.test(prefix));
}
