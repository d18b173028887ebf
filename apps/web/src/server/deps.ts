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
import { createRunRecords } from '@aideator/api/services/record-run';
import { createDatabase } from '@aideator/db/client';
import { markInterrupted } from '@aideator/db/queries/runs';
import { createCatalogue } from '@aideator/gateway/catalogue';
import { defaultModelIds } from '@aideator/gateway/default-models';
import { env } from '~/env';
import { createBackend } from './backend';
import { createLimits } from './limits';
import { createLog } from './log';
import { createPasswords } from './passwords';
import { serveRunnerApi } from './runner-api';

/** Routes, pages and instrumentation are separate module graphs; the one set of dependencies hangs on globalThis. */
const KEY = Symbol.for('aideator.deps');

type Holder = typeof globalThis & { [KEY]?: Promise<ApiDeps> };

function settings(): ApiSettings {
  return {
    instanceId: randomUUID(),
    lease: LEASE_TIMES,
    signUp: env.SIGN_UP,
    gateway: { baseUrl: env.LITELLM_BASE_URL, apiKey: env.LITELLM_API_KEY },
    run: {
      timeoutSeconds: env.RUN_TIMEOUT_SECONDS,
      idleTimeoutSeconds: env.RUN_IDLE_TIMEOUT_SECONDS,
      attemptsMax: env.RUN_ATTEMPTS_MAX,
      outputTokensMax: env.RUN_OUTPUT_TOKENS_MAX,
    },
  };
}

/** What replicas share: through Redis, or nothing when this process is alone. */
function sharedParts(log: Logger): Pick<ApiDeps, 'feed' | 'peers' | 'limits'> {
  if (env.REDIS_URL === undefined) {
    return { feed: createMemoryFeed(), peers: createNoPeers(), limits: createLimits(undefined) };
  }
  const redis = openRedis(env.REDIS_URL, log);
  return { ...createRedisFeed({ redis, log }), limits: createLimits(redis.commands) };
}

/** The runners' own door needs the dependencies, and the backend among them needs its address. */
async function createDeps(): Promise<ApiDeps> {
  const log = createLog();
  const ready = Promise.withResolvers<ApiDeps>();
  // Who waits for it is told; without anybody waiting a failed start must not end the process by itself.
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
  // Runs of the local backend end with the process that started them; of other backends they go on, and are taken over.
  const interrupted = backend.name === 'local' ? await markInterrupted(db) : 0;
  if (interrupted > 0) log.warn({ interrupted }, 'runs of an earlier process were marked as interrupted');
  return {
    db,
    backend,
    ...shared,
    catalogue,
    defaultModels: (models) => defaultModelIds(models),
    collectors: createCollectors({
      backend,
      feed: shared.feed,
      records,
      log,
      renewSeconds: LEASE_TIMES.renewSeconds,
    }),
    keyring: parseKeyring(env.ENCRYPTION_KEYS),
    passwords: createPasswords(),
    settings: settings(),
    log,
  };
}

/** The app's dependencies, made at the first call. */
export function getDeps(): Promise<ApiDeps> {
  const holder: Holder = globalThis;
  holder[KEY] ??= createDeps();
  return holder[KEY];
}
