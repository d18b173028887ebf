import type { Backend } from '@aideator/contract/backend';
import { createDatabase } from '@aideator/db/client';
import type { LeaseTimes } from '../collector/lease.ts';
import type { ApiDeps } from '../deps.ts';
import { openRedis } from '../feed/redis-connections.ts';
import { createRedisFeed } from '../feed/redis-feed.ts';
import { startSweeper } from '../services/collection/sweep-turns.ts';
import { apiServer, listen } from './api-server.ts';
import { createDetachedBackend } from './detached-backend.ts';
import { memoryLog } from './memory-log.ts';
import { makeDeps, RUNNER_PATH, scriptedModel } from './test-deps.ts';

/** Settings that replicas share. JSON-compatible, so that they can be passed to a process. */
export interface ReplicaSettings {
  databaseUrl: string;
  redisUrl: string;
  /** The folder that holds the runs' logs. */
  dir: string;
  /** Callback address for runners, whichever replica started them. */
  callbackUrl: string;
  gatewayUrl: string;
  models: string[];
  lease: LeaseTimes;
}

export interface Replica extends AsyncDisposable {
  deps: ApiDeps;
  baseUrl: string;
  logged: () => string;
  /** Drains as on SIGTERM: other replicas adopt its turns. */
  drain(): Promise<void>;
}

/** One replica of the app without pages, with its own connections, API server and sweeper. */
export async function startReplica(
  settings: ReplicaSettings,
  wrapBackend: (backend: Backend) => Backend = (backend) => backend,
): Promise<Replica> {
  const { log, text } = memoryLog();
  const { db, close } = createDatabase(settings.databaseUrl, { poolSizeMax: 6 });
  const redis = openRedis(settings.redisUrl, log);
  const { feed, peers } = createRedisFeed({ redis, log });
  const { dir, callbackUrl } = settings;
  const models = settings.models.map((id) => scriptedModel(id));
  const deps = makeDeps({
    db,
    log,
    backend: wrapBackend(createDetachedBackend({ dir, callbackUrl, runnerPath: RUNNER_PATH })),
    catalogue: { list: async () => models },
    gateway: { baseUrl: settings.gatewayUrl, keyFor: () => 'sk-gateway-run' },
    shared: { feed, peers },
    lease: settings.lease,
  });
  const server = apiServer(() => deps);
  const baseUrl = await listen(server);
  const sweeper = startSweeper(deps);
  const drain = async (): Promise<void> => {
    await sweeper.close();
    await deps.collectors.drain();
    server.closeAllConnections();
    server.close();
    await feed.close();
    await close();
  };
  let drained: Promise<void> | undefined;
  const drainOnce = (): Promise<void> => {
    drained ??= drain();
    return drained;
  };
  return {
    deps,
    baseUrl,
    logged: text,
    drain: drainOnce,
    [Symbol.asyncDispose]: drainOnce,
  };
}
