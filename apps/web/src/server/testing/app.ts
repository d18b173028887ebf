import { randomBytes } from 'node:crypto';
import type { ApiDeps } from '@aideator/api/deps';
import { createUser } from '@aideator/db/queries/users';
import type { User } from '@aideator/db/schema/users';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { encode } from 'next-auth/jwt';
import { vi } from 'vitest';
import { createLimits } from '../limits.ts';

export const PUBLIC_URL = 'http://localhost:3000';

export interface TestApp extends AsyncDisposable {
  database: TestDatabase;
  member(): Promise<User>;
}

/**
 * The server's settings, and of its dependencies what answers requests for rows. To be called before anything that reads
 * the settings is imported.
 */
export async function startApp(): Promise<TestApp> {
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://127.0.0.1:9/none',
    AUTH_SECRET: randomBytes(32).toString('hex'),
    NEXTAUTH_URL: PUBLIC_URL,
    ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    LITELLM_BASE_URL: 'http://127.0.0.1:9',
    RUNNER_PATH: '/nowhere',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const database = await cloneDatabase();
  const { db } = database;
  const deps = { db, limits: createLimits(undefined), settings: { signUp: 'open' } };
  Object.assign(globalThis, { [Symbol.for('aideator.deps')]: Promise.resolve(deps as unknown as ApiDeps) });
  const member = () =>
    createUser(db, {
      email: `${randomBytes(6).toString('hex')}@example.org`,
      name: 'Ann',
      passwordHash: null,
    });
  return { database, member, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

interface TokenOptions {
  userId: string;
  sessionVersion?: unknown;
  secret?: string;
  maxAgeSeconds?: number;
}

/** What a browser sends once its person has signed in. */
export async function sessionCookieOf(options: TokenOptions): Promise<string> {
  const { userId, sessionVersion = 1, secret = process.env.AUTH_SECRET ?? '', maxAgeSeconds = 60 } = options;
  const token = await encode({ token: { sub: userId, sessionVersion }, secret, maxAge: maxAgeSeconds });
  return `aideator.session=${token}`;
}
