import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@aideator/contract/backend';
import { RUNS_PER_PERSON_MAX, STREAMS_PER_PERSON_MAX } from '@aideator/contract/limits';
import type { CatalogueModel } from '@aideator/contract/models';
import { defaultModelIds } from '@aideator/gateway/default-models';
import { createCollectors } from '../collector/collectors.ts';
import type { LeaseTimes } from '../collector/lease.ts';
import { parseKeyring } from '../crypto/envelope.ts';
import type { ApiDeps } from '../deps.ts';
import { createMemoryFeed } from '../feed/memory-feed.ts';
import type { Logger } from '../logger.ts';
import { createNoPeers } from '../peers.ts';
import { createRunRecords } from '../services/collection/record-run.ts';
import { createRunPlaces } from '../services/collection/run-places.ts';
import { createViewerStreams } from '../services/viewing/viewer-streams.ts';

export const RUNNER_PATH = fileURLToPath(new URL('../../../../apps/runner/dist/runner.mjs', import.meta.url));

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

export function makeDeps(given: {
  db: ApiDeps['db'];
  backend: Backend;
  log: Logger;
  catalogue: ApiDeps['catalogue'];
  gateway: ApiDeps['settings']['gateway'];
  run?: Partial<ApiDeps['settings']['run']> | undefined;
  /** Default: that of a single process. */
  shared?: Pick<ApiDeps, 'feed' | 'peers'>;
  lease?: Partial<LeaseTimes>;
  /** Maximum concurrent runs of one person. */
  placesMax?: number | undefined;
}): ApiDeps {
  const { db, backend, log, catalogue, gateway } = given;
  const { feed, peers } = given.shared ?? { feed: createMemoryFeed(), peers: createNoPeers() };
  const lease = { leaseSeconds: 15, renewSeconds: 5, sweepSeconds: 5, ...given.lease };
  const records = createRunRecords({ db, catalogue, log });
  const places = createRunPlaces({ db, log, placesMax: given.placesMax ?? RUNS_PER_PERSON_MAX });
  return {
    db,
    backend,
    log,
    feed,
    peers,
    catalogue,
    defaultModels: (models) => defaultModelIds(models),
    places,
    streams: createViewerStreams(STREAMS_PER_PERSON_MAX),
    collectors: createCollectors({ backend, feed, records, places, log, renewSeconds: lease.renewSeconds }),
    keyring: parseKeyring(`1:${randomBytes(32).toString('base64')}`),
    // Password hashing is tested in apps/web. Accounts in these tests have no password.
    passwords: {
      hash: async (password) => `plain:${password}`,
      verify: async (hash, password) => hash === `plain:${password}`,
    },
    limits: { consume: async () => undefined, refund: async () => undefined },
    settings: {
      instanceId: randomUUID(),
      lease,
      signUp: 'open',
      gateway,
      run: {
        timeoutSeconds: 60,
        idleTimeoutSeconds: 20,
        firstTokenTimeoutSeconds: 20,
        triesMax: 3,
        outputTokensMax: undefined,
        ...given.run,
      },
    },
  };
}
