import { randomUUID } from 'node:crypto';
import type { Backend } from '@aideator/contract/backend';
import type { CatalogueModel } from '@aideator/contract/models';
import { createUser } from '@aideator/db/queries/users';
import { cloneDatabase } from '@aideator/db/testing/database';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { createLocalBackend } from '@aideator/local/backend/local-backend';
import type { Person } from '../context.ts';
import type { ApiDeps } from '../deps.ts';
import { createCaller } from '../root.ts';
import { apiServer, listen, PERSON_HEADER } from './api-server.ts';
import { memoryLog } from './memory-log.ts';
import { makeDeps, RUNNER_PATH, scriptedModel } from './test-deps.ts';

export type Caller = ReturnType<typeof createCaller>;

export interface Member {
  person: Person;
  call: Caller;
}

export interface HarnessOptions {
  models?: CatalogueModel[];
  /** A running gateway, instead of `models` and the scripted gateway. */
  gateway?: ApiDeps['settings']['gateway'] & { catalogue: ApiDeps['catalogue'] };
  run?: Partial<ApiDeps['settings']['run']>;
  /** Replaces the dependencies that the harness would create. */
  replace?: Partial<Pick<ApiDeps, 'catalogue' | 'limits' | 'passwords'>>;
  /** Maximum concurrent runs of one person. */
  placesMax?: number;
  signUp?: ApiDeps['settings']['signUp'];
  /** Called before the server handles a callback request. Returns a status to reply with, or undefined to continue. */
  callbackFault?: (path: string) => number | undefined;
  wrapBackend?: (backend: Backend) => Backend;
}

export interface Harness extends AsyncDisposable {
  deps: ApiDeps;
  gateway: ScriptedGateway;
  /** Address of the public router, `/trpc`. */
  baseUrl: string;
  /** The whole log as text. */
  logged: () => string;
  member(): Promise<Member>;
  headersOf(member: Member): Record<string, string>;
}

/** The whole program without pages: Postgres, child processes with the built runner, HTTP, and the scripted gateway. */
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
    // Fewer than some turns need, so that tests cover runs with and without a prewarmed runner.
    prewarmedCount: 2,
  });
  stack.defer(() => local.close());
  const backend = options.wrapBackend?.(local) ?? local;
  const models = options.models ?? ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => scriptedModel(id));
  const deps = makeDeps({
    db: database.db,
    backend,
    log,
    run: options.run,
    placesMax: options.placesMax,
    gateway: options.gateway ?? { baseUrl: gateway.baseUrl, keyFor: () => 'sk-gateway-run' },
    catalogue: options.replace?.catalogue ?? options.gateway?.catalogue ?? { list: async () => models },
  });
  Object.assign(deps, options.replace);
  deps.settings.signUp = options.signUp ?? 'open';
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

export async function newMember(deps: ApiDeps): Promise<Member> {
  const email = `${randomUUID()}@example.com`;
  const user = await createUser(deps.db, { email, name: 'Test', passwordHash: null });
  const person: Person = { id: user.id, role: user.role };
  return { person, call: createCaller({ deps, person, clientAddress: 'test' }) };
}
