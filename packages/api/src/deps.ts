import type { Backend } from '@aideator/contract/backend';
import type { Feed } from '@aideator/contract/feed';
import type { CatalogueModel } from '@aideator/contract/models';
import type { Db } from '@aideator/db/client';
import type { Collectors } from './collector/collectors.ts';
import type { LeaseTimes } from './collector/lease.ts';
import type { Keyring } from './crypto/envelope.ts';
import type { Logger } from './logger.ts';
import type { Peers } from './peers.ts';

/** The models that the gateway can call. Throws AppError `gateway_unreachable` when it was never reached. */
export interface Catalogue {
  list(): Promise<readonly CatalogueModel[]>;
}

/** Picks the models that are chosen at first out of those a person can call. */
export type DefaultModels = (
  callable: readonly Pick<CatalogueModel, 'id' | 'provider' | 'serverKey'>[],
) => string[];

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False for a wrong password; takes as long for an account without one. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export type LimitedAction = 'sign_in' | 'sign_up' | 'submit';

/** Throws AppError `rate_limited` when `key` did `action` too often. */
export interface RateLimits {
  consume(action: LimitedAction, key: string): Promise<void>;
}

export interface ApiSettings {
  /** Names this process as an owner of leases. */
  instanceId: string;
  lease: LeaseTimes;
  /** `first`: only the first account may be made on the sign-up page. */
  signUp: 'open' | 'first';
  /** As runners reach the gateway. */
  gateway: { baseUrl: string; apiKey?: string | undefined };
  run: {
    timeoutSeconds: number;
    idleTimeoutSeconds: number;
    attemptsMax: number;
    /** Asked of a model that does not say its own limit. */
    outputTokensMax: number;
  };
}

/** What services need, made once by the app and handed down. */
export interface ApiDeps {
  db: Db;
  backend: Backend;
  feed: Feed;
  peers: Peers;
  catalogue: Catalogue;
  defaultModels: DefaultModels;
  collectors: Collectors;
  keyring: Keyring;
  passwords: Passwords;
  limits: RateLimits;
  settings: ApiSettings;
  log: Logger;
}
