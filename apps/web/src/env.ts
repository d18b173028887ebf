import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { createEnv } from '@t3-oss/env-nextjs';
import { z } from 'zod';
import { JOB_ENV } from './server/job-env';
import { isHostEntry } from './server/listener/hosts.ts';

const seconds = (fallback: number) => z.coerce.number().int().positive().max(86_400).default(fallback);

export const env = createEnv({
  server: {
    NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** PostgreSQL 15 or newer. */
    DATABASE_URL: z.url(),
    DATABASE_POOL_SIZE_MAX: z.coerce.number().int().min(2).max(200).default(10),
    /** Redis 6.2 or newer, or Valkey. Several replicas of this app share it; without it there can be only one. */
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    /** Signs and encrypts session cookies. */
    AUTH_SECRET: z.string().min(32),
    /** The address at which browsers reach this app, without a path. */
    NEXTAUTH_URL: z.url(),
    /** Further hosts that requests may name, comma-separated: `name`, `name:port`, or `*` for every host. */
    ALLOWED_HOSTS: z
      .string()
      .default('')
      .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''))
      .refine((entries) => entries.every(isHostEntry), 'must be hosts without a scheme, separated by commas'),
    /** Number of proxies in front of this app that append to X-Forwarded-For. */
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    /** `first`: only the first account can be created on the sign-up page. */
    SIGN_UP: z.enum(['open', 'first']).default('open'),
    /** Key-encryption keys of provider keys: `1:<base64 of 32 bytes>[,2:…]`; new keys are sealed with the highest version. */
    ENCRYPTION_KEYS: z.string().min(1),
    /** The gateway's address for this server and its runners. */
    LITELLM_BASE_URL: z.url(),
    LITELLM_API_KEY: z.string().optional(),
    /** For a gateway that checks the tokens of runs (`run_tokens.py`): the secret that signs them. */
    GATEWAY_TOKEN_SECRET: z.string().min(32).optional(),
    /** For any other gateway: a key for runs that the gateway restricts. Default: LITELLM_API_KEY. */
    LITELLM_RUNNER_API_KEY: z.string().optional(),
    /** The listener for runners, separate from the pages. Port 0: any free port. */
    RUNNER_API_HOST: z.string().default('127.0.0.1'),
    RUNNER_API_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    /** The listener's address for runners on other machines. */
    CALLBACK_URL: z.url().optional(),
    /** `1`: stdin is a pipe from the parent process. This process ends when the pipe closes. */
    AIDEATOR_PARENT_PIPE: z.enum(['0', '1']).default('0'),
    /** How runs are executed: as child processes or as Kubernetes Jobs. */
    BACKEND: z.enum(['local', 'kubernetes']).default('local'),
    /** The bundled runner, for the local backend. */
    RUNNER_PATH: z.string().min(1).optional(),
    /** Number of prewarmed runner processes of the local backend, about 45 MB each. */
    LOCAL_PREWARMED_RUNNERS: z.coerce.number().int().min(0).max(64).default(MODELS_PER_TURN_MAX),
    /** The namespace of the Jobs. */
    RUNS_NAMESPACE: z.string().min(1).optional(),
    ...JOB_ENV,
    /** How to reach the cluster from outside: one or more files, as for `kubectl`. A pod uses its service account. */
    KUBECONFIG: z.string().min(1).optional(),
    /** Default: the current context of the kubeconfig. */
    KUBECONFIG_CONTEXT: z.string().min(1).optional(),
    /** Kubernetes sets it in every pod. */
    KUBERNETES_SERVICE_HOST: z.string().optional(),
    /** Time limit of one response, including all waits. */
    RUN_TIMEOUT_SECONDS: seconds(1_800),
    /** Time limit for the first token of models without their own limit. */
    RUN_FIRST_TOKEN_TIMEOUT_SECONDS: seconds(300),
    /** Time limit for silence after the first token. */
    RUN_IDLE_TIMEOUT_SECONDS: seconds(60),
    /** Maximum number of gateway calls of one run before its first token. */
    RUN_TRIES_MAX: z.coerce.number().int().min(1).max(10).default(4),
    /** A cap on the output tokens of every model. Default: only the model's own limit applies. */
    RUN_OUTPUT_TOKENS_MAX: z.coerce.number().int().min(1).max(1_000_000).optional(),
    GITHUB_CLIENT_ID: z.string().optional(),
    GITHUB_CLIENT_SECRET: z.string().optional(),
    GOOGLE_CLIENT_ID: z.string().optional(),
    GOOGLE_CLIENT_SECRET: z.string().optional(),
    /** Any OpenID Connect provider: its issuer's address, without `/.well-known/…`. */
    OIDC_ISSUER: z.url().optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    /** The label of the sign-in button. */
    OIDC_NAME: z.string().default('Single sign-on'),
  },
  experimental__runtimeEnv: {},
  emptyStringAsUndefined: true,
  onValidationError: (issues) => {
    throw new Error(`Invalid environment variables: ${issues.map(sentenceOf).join('; ')}`);
  },
  skipValidation: process.env.NEXT_PHASE === 'phase-production-build',
});

/** Names the variable, the place in its JSON and the error, but not the value, which may be a secret. */
function sentenceOf({
  path = [],
  message,
}: {
  path?: readonly unknown[] | undefined;
  message: string;
}): string {
  return `${path.map(keyOf).join('.')}: ${message}`;
}

function keyOf(segment: unknown): string {
  return typeof segment === 'object' && segment !== null && 'key' in segment
    ? String(segment.key)
    : String(segment);
}
