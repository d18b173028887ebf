import 'server-only';
import { randomUUID } from 'node:crypto';
import { createCollectors } from '@aideator/api/collector/collectors';
import { LEASE_TIMES } from '@aideator/api/collector/lease';
import { parseKeyring } from '@aideator/api/crypto/envelope';
import type { ApiDeps, ApiSettings } from '@aideator/api/deps';
import { createMemoryFeed } from '@aideator/api/feed/memory-feed';
import { openRedis } from '@aideator/api/feed/redis-connections';
import { createRedisFeed } from '@aideator/api/feed/redis-feed';
import type { Logger } from '@aideator/api/logger';
import { createNoPeers } from '@aideator/api/peers';
import { createRunRecords } from '@aideator/api/services/collection/record-run';
import { createRunPlaces } from '@aideator/api/services/collection/run-places';
import { createViewerStreams } from '@aideator/api/services/viewing/viewer-streams';
import { RUNS_PER_PERSON_MAX, STREAMS_PER_PERSON_MAX } from '@aideator/contract/limits';
import { createDatabase } from '@aideator/db/client';
import { markInterrupted } from '@aideator/db/queries/runs';
import { createCatalogue } from '@aideator/gateway/catalogue';
import { defaultModelIds } from '@aideator/gateway/default-models';
import { createRunKeys, MASTER_KEY_WARNING, type RunKeys } from '@aideator/gateway/run-keys';
import { env } from '~/env';
import { createBackend } from './backend';
import { createLimits } from './limits';
import { createLog } from './log';
import { createPasswords } from './passwords';
import { serveRunnerApi } from './runner-api';

/** Routes, pages and instrumentation are separate module graphs. They share one set of dependencies on globalThis. */
const KEY = Symbol.for('aideator.deps');

type Holder = typeof globalThis & { [KEY]?: Promise<ApiDeps> };

/** The keys with which runs call the gateway. Warns if it is the master key, which can do more than a run needs. */
function runKeys(log: Logger): RunKeys {
  const keys = createRunKeys({
    tokenSecret: env.GATEWAY_TOKEN_SECRET,
    runnerApiKey: env.LITELLM_RUNNER_API_KEY,
    apiKey: env.LITELLM_API_KEY,
  });
  if (keys.kind === 'master') log.warn({}, MASTER_KEY_WARNING);
  return keys;
}

function settings(log: Logger): ApiSettings {
  return {
    instanceId: randomUUID(),
    lease: LEASE_TIMES,
    signUp: env.SIGN_UP,
    gateway: { baseUrl: env.LITELLM_BASE_URL, keyFor: runKeys(log).keyFor },
    run: {
      timeoutSeconds: env.RUN_TIMEOUT_SECONDS,
      idleTimeoutSeconds: env.RUN_IDLE_TIMEOUT_SECONDS,
      firstTokenTimeoutSeconds: env.RUN_FIRST_TOKEN_TIMEOUT_SECONDS,
      triesMax: env.RUN_TRIES_MAX,
      outputTokensMax: env.RUN_OUTPUT_TOKENS_MAX,
    },
  };
}

/** Feed, peers and limits: shared by all replicas through Redis, or of this process alone without Redis. */
function sharedParts(log: Logger): Pick<ApiDeps, 'feed' | 'peers' | 'limits'> {
  if (env.REDIS_URL === undefined) {
    return { feed: createMemoryFeed(), peers: createNoPeers(), limits: createLimits(undefined) };
  }
  const redis = openRedis(env.REDIS_URL, log);
  return { ...createRedisFeed({ redis, log }), limits: createLimits(redis.commands) };
}

/** The runners' listener needs the dependencies, and the backend, one of them, needs the listener's address. */
async function createDeps(): Promise<ApiDeps> {
  const log = createLog();
  const ready = Promise.withResolvers<ApiDeps>();
  // Whoever awaits it gets the error. Without this, a failed start that nobody awaits would end the process.
  ready.promise.catch(() => undefined);
  const url = await serveRunnerApi(
    { host: env.RUNNER_API_HOST, port: env.RUNNER_API_PORT, log },
    ready.promise,
  );
  try {
    const deps = await connect(log, env.CALLBACK_URL ?? url);
    ready.resolve(deps);
    return deps;
  } catch (error) {
    ready.reject(error);
    throw error;
  }
}

async function connect(log: ApiDeps['log'], callbackUrl: string): Promise<ApiDeps> {
  const { db } = createDatabase(env.DATABASE_URL, {
    poolSizeMax: env.DATABASE_POOL_SIZE_MAX,
    log: (message, error) => log.warn({ err: error }, message),
  });
  const catalogue = createCatalogue({
    baseUrl: env.LITELLM_BASE_URL,
    signal: new AbortController().signal,
    ...(env.LITELLM_API_KEY === undefined ? {} : { apiKey: env.LITELLM_API_KEY }),
  });
  const backend = await createBackend(callbackUrl, log);
  const shared = sharedParts(log);
  const records = createRunRecords({ db, catalogue, log });
  const places = createRunPlaces({ db, log, placesMax: RUNS_PER_PERSON_MAX });
  // Runs of the local backend end with the process that started them. Those of other backends continue and are adopted.
  const interrupted = backend.name === 'local' ? await markInterrupted(db) : 0;
  if (interrupted > 0) log.warn({ interrupted }, 'runs of an earlier process were marked as interrupted');
  return {
    db,
    backend,
    ...shared,
    catalogue,
    defaultModels: (models) => defaultModelIds(models),
    places,
    streams: createViewerStreams(STREAMS_PER_PERSON_MAX),
    collectors: createCollectors({
      backend,
      feed: shared.feed,
      records,
      places,
      log,
      renewSeconds: LEASE_TIMES.renewSeconds,
    }),
    keyring: parseKeyring(env.ENCRYPTION_KEYS),
    passwords: createPasswords(),
    settings: settings(log),
    log,
  };
}

/** The app's dependencies, created at the first call. */
export function getDeps(): Promise<ApiDeps> {
  const holder: Holder = globalThis;
  holder[KEY] ??= createDeps();
  return holder[KEY];
}
