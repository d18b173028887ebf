import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@aideator/contract/backend';
import type { CatalogueModel } from '@aideator/contract/models';
import { createUser } from '@aideator/db/queries/users';
import { cloneDatabase } from '@aideator/db/testing/database';
import { defaultModelIds } from '@aideator/gateway/default-models';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { createLocalBackend } from '@aideator/local/backend/local-backend';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createCollectors } from '../collector/collectors.ts';
import type { Person } from '../context.ts';
import { parseKeyring } from '../crypto/envelope.ts';
import type { ApiDeps } from '../deps.ts';
import { createMemoryFeed } from '../feed/memory-feed.ts';
import type { Logger } from '../logger.ts';
import { appRouter, createCaller } from '../root.ts';
import { runnerRouter } from '../runner-root.ts';
import { createRunRecords } from '../services/record-run.ts';

const RUNNER_PATH = fileURLToPath(new URL('../../../../apps/runner/dist/runner.mjs', import.meta.url));
/** A test's stand-in for a session cookie: whose id is here asks. */
const PERSON_HEADER = 'x-test-person';

export type Caller = ReturnType<typeof createCaller>;

export interface Member {
  person: Person;
  call: Caller;
}

export interface HarnessOptions {
  models?: CatalogueModel[];
  /** Instead of `models` and the scripted gateway: a gateway that runs already. */
  gateway?: { baseUrl: string; apiKey: string; catalogue: ApiDeps['catalogue'] };
  run?: Partial<ApiDeps['settings']['run']>;
  /** Answers for the callback's requests before the server sees them: a status, or undefined to let it through. */
  callbackFault?: (path: string) => number | undefined;
  wrapBackend?: (backend: Backend) => Backend;
}

export interface Harness extends AsyncDisposable {
  deps: ApiDeps;
  gateway: ScriptedGateway;
  /** Where the public router is served, `/trpc`. */
  baseUrl: string;
  /** All that was logged, as text. */
  logged: () => string;
  member(): Promise<Member>;
  headersOf(member: Member): Record<string, string>;
}

export const scriptedModel = (id: string, more: Partial<CatalogueModel> = {}): CatalogueModel => ({
  id,
  name: `Scripted ${id}`,
  provider: 'openai',
  providerName: 'OpenAI',
  capabilities: [],
  inputUsdPerMillion: '1',
  outputUsdPerMillion: '2',
  serverKey: true,
  ...more,
});

function memoryLog(): { log: Logger; text: () => string } {
  const lines: string[] = [];
  const add = (facts: object, message: string) => {
    const shown = JSON.stringify(facts, (_, value) =>
      value instanceof Error ? `${value.stack} ${String(value.cause ?? '')}` : value,
    );
    lines.push(`${message} ${shown}`);
  };
  return { log: { debug: add, info: add, warn: add, error: add }, text: () => lines.join('\n') };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The real thing without pages: Postgres, child processes with the built runner, HTTP, and the scripted gateway. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await cloneDatabase());
  const gateway = stack.use(await startScriptedGateway());
  const holder: { deps?: ApiDeps } = {};
  const server = apiServer(() => holder.deps, options.callbackFault);
  const baseUrl = await listen(server);
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { log, text } = memoryLog();
  const local = createLocalBackend({
    runnerPath: RUNNER_PATH,
    callbackUrl: `${baseUrl}/runner`,
    // Fewer than some turns need, so that runs with and without a waiting process are both seen.
    spareCount: 2,
  });
  stack.defer(() => local.close());
  const backend = options.wrapBackend?.(local) ?? local;
  const models = options.models ?? ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => scriptedModel(id));
  const deps = makeDeps({
    db: database.db,
    backend,
    log,
    run: options.run,
    gateway: options.gateway ?? { baseUrl: gateway.baseUrl, apiKey: 'sk-gateway-master' },
    catalogue: options.gateway?.catalogue ?? { list: async () => models },
  });
  holder.deps = deps;
  stack.defer(() => deps.feed.close());
  stack.defer(() => deps.collectors.close());
  stack.defer(() => local.close());
  return {
    deps,
    gateway,
    baseUrl,
    logged: text,
    member: () => newMember(deps),
    headersOf: ({ person }) => ({ [PERSON_HEADER]: person.id }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function makeDeps(given: {
  db: ApiDeps['db'];
  backend: Backend;
  log: Logger;
  catalogue: ApiDeps['catalogue'];
  gateway: ApiDeps['settings']['gateway'];
  run: HarnessOptions['run'];
}): ApiDeps {
  const { db, backend, log, catalogue, gateway } = given;
  const feed = createMemoryFeed();
  const records = createRunRecords({ db, catalogue, log });
  return {
    db,
    backend,
    log,
    feed,
    catalogue,
    defaultModels: (models) => defaultModelIds(models),
    collectors: createCollectors({ backend, feed, records, log }),
    keyring: parseKeyring(`1:${randomBytes(32).toString('base64')}`),
    // What a password costs is tested where it is made (apps/web); here accounts need none.
    passwords: {
      hash: async (password) => `plain:${password}`,
      verify: async (hash, password) => hash === `plain:${password}`,
    },
    limits: { consume: async () => undefined },
    settings: {
      instanceId: randomUUID(),
      signUp: 'open',
      gateway,
      run: {
        timeoutSeconds: 60,
        idleTimeoutSeconds: 20,
        attemptsMax: 3,
        outputTokensMax: 1_000,
        ...given.run,
      },
    },
  };
}

async function newMember(deps: ApiDeps): Promise<Member> {
  const email = `${randomUUID()}@example.com`;
  const user = await createUser(deps.db, { email, name: 'Test', passwordHash: null });
  const person: Person = { id: user.id, role: user.role };
  return { person, call: createCaller({ deps, person, clientAddress: 'test' }) };
}

function apiServer(deps: () => ApiDeps | undefined, fault: HarnessOptions['callbackFault']): Server {
  const need = (): ApiDeps => {
    const ready = deps();
    if (!ready) throw new Error('the harness is not ready');
    return ready;
  };
  const runner = createHTTPHandler({
    router: runnerRouter,
    basePath: '/runner/',
    createContext: () => ({ deps: need() }),
  });
  const app = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    createContext: ({ req }) => {
      const id = req.headers[PERSON_HEADER];
      const person = typeof id === 'string' ? ({ id, role: 'member' } as const) : null;
      return { deps: need(), person, clientAddress: 'test' };
    },
  });
  return createServer((request, response) => {
    const path = request.url ?? '';
    const status = path.startsWith('/runner') ? fault?.(path) : undefined;
    if (status !== undefined) {
      request.resume();
      response.writeHead(status).end();
    } else (path.startsWith('/runner') ? runner : app)(request, response);
  });
}
