import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Backend } from '@aideator/contract/backend';
import type { CatalogueModel } from '@aideator/contract/models';
import { defaultModelIds } from '@aideator/gateway/default-models';
import { createCollectors } from '../collector/collectors.ts';
import type { LeaseTimes } from '../collector/lease.ts';
import { parseKeyring } from '../crypto/envelope.ts';
import type { ApiDeps } from '../deps.ts';
import { createMemoryFeed } from '../feed/memory-feed.ts';
import type { Logger } from '../logger.ts';
import { createNoPeers } from '../peers.ts';
import { createRunRecords } from '../services/record-run.ts';

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
  /** Default: as for a process that is alone. */
  shared?: Pick<ApiDeps, 'feed' | 'peers'>;
  lease?: Partial<LeaseTimes>;
}): ApiDeps {
  const { db, backend, log, catalogue, gateway } = given;
  const { feed, peers } = given.shared ?? { feed: createMemoryFeed(), peers: createNoPeers() };
  const lease = { leaseSeconds: 15, renewSeconds: 5, sweepSeconds: 5, ...given.lease };
  const records = createRunRecords({ db, catalogue, log });
  return {
    db,
    backend,
    log,
    feed,
    peers,
    catalogue,
    defaultModels: (models) => defaultModelIds(models),
    collectors: createCollectors({ backend, feed, records, log, renewSeconds: lease.renewSeconds }),
    keyring: parseKeyring(`1:${randomBytes(32).toString('base64')}`),
    // What a password costs is tested where it is made (apps/web); here accounts need none.
    passwords: {
      hash: async (password) => `plain:${password}`,
      verify: async (hash, password) => hash === `plain:${password}`,
    },
    limits: { consume: async () => undefined },
    settings: {
      instanceId: randomUUID(),
      lease,
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
