import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { createEnv } from '@t3-oss/env-nextjs';
import { z } from 'zod';

const seconds = (fallback: number) => z.coerce.number().int().positive().max(86_400).default(fallback);
/** What Kubernetes takes as the value of a label. */
const LABEL_VALUE = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

export const env = createEnv({
  server: {
    NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** PostgreSQL 15 or newer. */
    DATABASE_URL: z.url(),
    DATABASE_POOL_SIZE_MAX: z.coerce.number().int().min(2).max(200).default(10),
    /** Redis 6.2 or newer, or Valkey: what several replicas of this app share. Without it there can be only one. */
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    /** Signs and encrypts session cookies. */
    AUTH_SECRET: z.string().min(32),
    /** Where browsers reach this app, without a path. */
    NEXTAUTH_URL: z.url(),
    /** `first`: only the first account can be made on the sign-up page. */
    SIGN_UP: z.enum(['open', 'first']).default('open'),
    /** Key-encryption keys of provider keys: `1:<base64 of 32 bytes>[,2:…]`; new keys are sealed with the highest version. */
    ENCRYPTION_KEYS: z.string().min(1),
    /** As this server and its runners reach the gateway. */
    LITELLM_BASE_URL: z.url(),
    LITELLM_API_KEY: z.string().optional(),
    /** Where this app listens for runners, apart from its pages; port 0: any that is free. */
    RUNNER_API_HOST: z.string().default('127.0.0.1'),
    RUNNER_API_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    /** That address as runners reach it, when they are not on this machine. */
    CALLBACK_URL: z.url().optional(),
    /** `1`: stdin is a pipe held by the process that started this one; its end ends this one too. */
    AIDEATOR_PARENT_PIPE: z.enum(['0', '1']).default('0'),
    /** What executes runs: a child process each, or a Kubernetes Job each. */
    BACKEND: z.enum(['local', 'kubernetes']).default('local'),
    /** The bundled runner, for the local backend. */
    RUNNER_PATH: z.string().min(1).optional(),
    /** Runner processes of the local backend that are started ahead of their run, about 45 MB each. */
    LOCAL_SPARE_RUNNERS: z.coerce.number().int().min(0).max(64).default(MODELS_PER_TURN_MAX),
    /** For the Kubernetes backend: where the Jobs are made, and what they are made of. */
    RUNS_NAMESPACE: z.string().min(1).optional(),
    /** Tells these Jobs from those of another installation there, as a label's value: each sees and sweeps its own alone. */
    RUNS_INSTANCE: z.string().regex(LABEL_VALUE).default('aideator'),
    RUNNER_IMAGE: z.string().min(1).optional(),
    RUNNER_IMAGE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    RUNNER_SERVICE_ACCOUNT: z.string().min(1).optional(),
    RUNNER_CPU_REQUEST: z.string().default('50m'),
    RUNNER_CPU_LIMIT: z.string().default('1'),
    RUNNER_MEMORY_REQUEST: z.string().default('64Mi'),
    RUNNER_MEMORY_LIMIT: z.string().default('256Mi'),
    /** The cluster, from outside of it; a pod has its own way in. */
    KUBECONFIG: z.string().min(1).optional(),
    KUBERNETES_SERVICE_HOST: z.string().optional(),
    KUBERNETES_SERVICE_PORT: z.string().default('443'),
    RUN_TIMEOUT_SECONDS: seconds(300),
    RUN_IDLE_TIMEOUT_SECONDS: seconds(60),
    /** Calls of one run before its first token, the first one included. */
    RUN_ATTEMPTS_MAX: z.coerce.number().int().min(1).max(10).default(4),
    /** Asked of models that do not say how much they can write. */
    RUN_OUTPUT_TOKENS_MAX: z.coerce.number().int().min(1).max(1_000_000).default(4_096),
    GITHUB_CLIENT_ID: z.string().optional(),
    GITHUB_CLIENT_SECRET: z.string().optional(),
    GOOGLE_CLIENT_ID: z.string().optional(),
    GOOGLE_CLIENT_SECRET: z.string().optional(),
    /** Any OpenID Connect provider: its issuer's address, without `/.well-known/…`. */
    OIDC_ISSUER: z.url().optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    /** What the button says. */
    OIDC_NAME: z.string().default('Single sign-on'),
  },
  experimental__runtimeEnv: {},
  emptyStringAsUndefined: true,
  skipValidation: process.env.NEXT_PHASE === 'phase-production-build',
});
