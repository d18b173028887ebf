import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@aideator/contract/backend';
import type { TurnView } from '@aideator/contract/views';
import { createDatabase, type Db } from '@aideator/db/client';
import { createUser } from '@aideator/db/queries/users';
import { cloneDatabase } from '@aideator/db/testing/database';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import type { LeaseTimes } from '../collector/lease.ts';
import type { Person } from '../context.ts';
import type { ApiDeps } from '../deps.ts';
import { apiServer, listen, PERSON_HEADER } from './api-server.ts';
import { createDetachedBackend, type DetachedBackend } from './detached-backend.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { type Replica, type ReplicaSettings, startReplica } from './replica.ts';
import { silentLog } from './silent-log.ts';
import { makeDeps, RUNNER_PATH, scriptedModel } from './test-deps.ts';

export interface ReplicaProcess {
  /** Submits a comparison at this replica. */
  compare(person: Person, modelIds: string[]): Promise<TurnView>;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number | null>;
}

/** What several replicas share: one database, one Redis, detached runs and a gateway. */
export interface Replicas extends AsyncDisposable {
  redis: RedisServer;
  gateway: ScriptedGateway;
  db: Db;
  settings: ReplicaSettings;
  backend: DetachedBackend;
  /** Starts a replica in this process. */
  start(options?: {
    lease?: Partial<LeaseTimes>;
    wrapBackend?: (backend: Backend) => Backend;
  }): Promise<Replica>;
  /** Starts a replica in its own process. */
  spawn(): Promise<ReplicaProcess>;
  person(): Promise<Person>;
}

const PROCESS_PATH = fileURLToPath(new URL('./replica-process.ts', import.meta.url));

export async function startReplicas(lease: LeaseTimes): Promise<Replicas> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await cloneDatabase());
  const gateway = stack.use(await startScriptedGateway());
  const redis = stack.use(await startRedisServer());
  const dir = await mkdtemp(join(tmpdir(), 'aideator-test-runs-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const { db, close } = createDatabase(database.url);
  stack.defer(close);
  const holder: { deps?: ApiDeps } = {};
  const callback = apiServer(() => holder.deps);
  stack.defer(() => {
    callback.closeAllConnections();
    callback.close();
  });
  const settings: ReplicaSettings = {
    databaseUrl: database.url,
    redisUrl: redis.url,
    dir,
    callbackUrl: `${await listen(callback)}/runner`,
    gatewayUrl: gateway.baseUrl,
    models: ['a', 'b', 'c'],
    lease,
  };
  const backend = createDetachedBackend({ dir, runnerPath: RUNNER_PATH, callbackUrl: settings.callbackUrl });
  // Runners claim and hand over at a separate server, so that a test may stop any replica.
  holder.deps = makeDeps({
    db,
    backend,
    log: silentLog,
    catalogue: { list: async () => settings.models.map((id) => scriptedModel(id)) },
    gateway: { baseUrl: gateway.baseUrl, keyFor: () => 'sk-gateway-run' },
  });
  stack.defer(() => backend.killAll());
  return {
    redis,
    gateway,
    db,
    settings,
    backend,
    async start(options = {}) {
      const replica = await startReplica(
        { ...settings, lease: { ...lease, ...options.lease } },
        options.wrapBackend,
      );
      stack.defer(() => replica.drain());
      return replica;
    },
    async spawn() {
      const started = await spawnReplica(settings);
      stack.defer(async () => {
        started.kill('SIGKILL');
        await started.exited;
      });
      return started;
    },
    async person() {
      const email = `${randomUUID()}@example.com`;
      const user = await createUser(db, { email, name: 'Test', passwordHash: null });
      return { id: user.id, role: user.role };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function spawnReplica(settings: ReplicaSettings): Promise<ReplicaProcess> {
  const child: ChildProcess = spawn(process.execPath, [PROCESS_PATH, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  if (!child.stdout) throw new Error('the replica has no stdout');
  const lines = createInterface({ input: child.stdout });
  const [baseUrl] = (await once(lines, 'line')) as [string];
  return {
    compare: (person, modelIds) => submitOver(baseUrl, person, modelIds),
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

async function submitOver(baseUrl: string, person: Person, modelIds: string[]): Promise<TurnView> {
  const input = {
    mode: 'compare',
    prompt: 'Why?',
    panels: modelIds.map((modelId) => ({ modelId })),
    idempotencyKey: randomUUID(),
  };
  const response = await fetch(`${baseUrl}/trpc/turn.submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [PERSON_HEADER]: person.id },
    body: JSON.stringify({ json: input }),
  });
  const answer = (await response.json()) as { result?: { data: { json: { turn: TurnView } } } };
  if (!answer.result) throw new Error(`turn.submit failed: ${JSON.stringify(answer)}`);
  return answer.result.data.json.turn;
}
