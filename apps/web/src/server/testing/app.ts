import { randomBytes } from 'node:crypto';
import type { ApiDeps } from '@aideator/api/deps';
import { startSignIn } from '@aideator/api/services/accounts/sign-in';
import { memoryLog } from '@aideator/api/testing/memory-log';
import type { UserId } from '@aideator/contract/ids';
import type { Db } from '@aideator/db/client';
import { createUser } from '@aideator/db/queries/users';
import type { User } from '@aideator/db/schema/users';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { encode } from 'next-auth/jwt';
import { vi } from 'vitest';
import { createLimits } from '../limits.ts';
import { createPasswords } from '../passwords.ts';

export const PUBLIC_URL = 'http://localhost:3000';

export interface TestApp extends AsyncDisposable {
  database: TestDatabase;
  member(): Promise<User>;
  /** The session cookie of a browser in which this person has signed in. */
  signIn(userId: UserId, options?: TokenOptions): Promise<string>;
  /** Everything that was logged. */
  logged(): string;
}

/**
 * Sets the server's settings and the dependencies that reading rows needs. Call it before importing anything that reads
 * the settings.
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
  const { log, text: logged } = memoryLog();
  const passwords = createPasswords();
  const deps = { db, log, passwords, limits: createLimits(undefined), settings: { signUp: 'open' } };
  Object.assign(globalThis, { [Symbol.for('aideator.deps')]: Promise.resolve(deps as unknown as ApiDeps) });
  const member = () =>
    createUser(db, {
      email: `${randomBytes(6).toString('hex')}@example.org`,
      name: 'Ann',
      passwordHash: null,
    });
  const signIn = (userId: UserId, options?: TokenOptions) => sessionCookieOf(db, userId, options);
  return { database, member, signIn, logged, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

interface TokenOptions {
  /** Default: a new sign-in. */
  signInId?: unknown;
  sessionVersion?: unknown;
  secret?: string;
  maxAgeSeconds?: number;
}

/** The session cookie that a browser sends once this person has signed in. */
async function sessionCookieOf(db: Db, userId: UserId, options: TokenOptions = {}): Promise<string> {
  const { sessionVersion = 1, secret = process.env.AUTH_SECRET ?? '', maxAgeSeconds = 60 } = options;
  const client = { deviceHash: 'device', addressHash: 'address' };
  const signInId = options.signInId ?? (await startSignIn({ db }, { userId, client }));
  const token = await encode({ token: { signInId, sessionVersion }, secret, maxAge: maxAgeSeconds });
  return `aideator.session=${token}`;
}
