import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@aideator/db/client';
import { startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { startPostgres } from '@aideator/local/postgres/server';
import { modelInfo, TEST_MODELS } from './models.ts';
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts';
import { startProgram } from './program.ts';
import { test as base } from './test.ts';

export const PROVIDER_NAME = 'Example Works';

export interface OpenIdStack extends AsyncDisposable {
  url: string;
  provider: OpenIdProvider;
  /** Queries the program's database. */
  query(text: string): Promise<Record<string, unknown>[]>;
}

/** The whole program with an OpenID Connect provider and a database that tests can query. */
async function startOpenIdStack(): Promise<OpenIdStack> {
  await using starting = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'aideator-e2e-'));
  starting.defer(() => rm(home, { recursive: true, force: true }));
  const gateway = starting.use(
    await startScriptedGateway({ modelInfo: modelInfo(TEST_MODELS), fallback: { text: 'An answer.' } }),
  );
  const provider = await startOpenIdProvider({ sub: 'nobody' });
  starting.defer(() => provider.close());
  const postgres = await startPostgres({ dataDir: join(home, 'postgres'), settings: { fsync: 'off' } });
  starting.defer(() => postgres.close());
  const program = await startProgram({
    AIDEATOR_HOME: home,
    DATABASE_URL: postgres.url,
    LITELLM_BASE_URL: gateway.baseUrl,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_NAME: PROVIDER_NAME,
  });
  starting.defer(() => program.close());
  const database = createDatabase(postgres.url, { poolSizeMax: 1 });
  starting.defer(() => database.close());
  const stack = starting.move();
  return {
    url: program.url,
    provider,
    query: async (text) => (await database.db.execute(text)).rows,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface WorkerFixtures {
  stack: OpenIdStack;
}

/** Tests that start without a sign-in. */
export const test = base.extend<object, WorkerFixtures>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      await using stack = await startOpenIdStack();
      await use(stack);
    },
    { scope: 'worker', timeout: 9 * 60_000 },
  ],
  baseURL: async ({ stack }, use) => use(stack.url),
});

export { expect } from './test.ts';
