import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

const optionalText = z.string().optional();

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  /** Where data, secrets, logs and the installed gateway live. */
  AIDEATOR_HOME: z.string().default(join(ROOT, '.aideator')),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  LITELLM_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  LITELLM_API_KEY: optionalText,
  LITELLM_RUNNER_API_KEY: optionalText,
  GATEWAY_TOKEN_SECRET: z.string().min(32).optional(),
  NEXTAUTH_URL: z.url({ protocol: /^https?$/ }).optional(),
  RUNNER_PATH: optionalText,
  AUTH_SECRET: z.string().min(32).optional(),
  ENCRYPTION_KEYS: optionalText,
});

export interface Settings {
  port: number;
  host: string;
  /** Absolute. */
  home: string;
  databaseUrl: string | undefined;
  gateway: {
    baseUrl: string | undefined;
    apiKey: string | undefined;
    runnerApiKey: string | undefined;
    tokenSecret: string | undefined;
  };
  publicUrl: string;
  runnerPath: string | undefined;
  authSecret: string | undefined;
  encryptionKeys: string | undefined;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The environment, completed by the repository's `.env`. Variables that are set already win; empty means unset. */
export function loadEnv(): Env {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
}

/** Reads the settings of the start. Throws an Error with one line per invalid variable. */
export function readSettings(env: Env): Settings {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`These settings are invalid (environment or .env):\n  ${lines.join('\n  ')}`);
  }
  const { PORT: port, HOST: host, ...rest } = parsed.data;
  return {
    port,
    host,
    home: resolve(ROOT, rest.AIDEATOR_HOME),
    databaseUrl: rest.DATABASE_URL,
    gateway: {
      baseUrl: rest.LITELLM_BASE_URL,
      apiKey: rest.LITELLM_API_KEY,
      runnerApiKey: rest.LITELLM_RUNNER_API_KEY,
      tokenSecret: rest.GATEWAY_TOKEN_SECRET,
    },
    publicUrl: rest.NEXTAUTH_URL ?? `http://localhost:${port}`,
    runnerPath: rest.RUNNER_PATH && resolve(ROOT, rest.RUNNER_PATH),
    authSecret: rest.AUTH_SECRET,
    encryptionKeys: rest.ENCRYPTION_KEYS,
  };
}

/** The address under which this machine reaches a server that listens on `host`. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
