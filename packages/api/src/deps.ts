import type { Backend } from '@aideator/contract/backend';
import type { Feed } from '@aideator/contract/feed';
import type { CatalogueModel } from '@aideator/contract/models';
import type { Db } from '@aideator/db/client';
import type { Collectors } from './collector/collectors.ts';
import type { LeaseTimes } from './collector/lease.ts';
import type { RunPlaces } from './collector/run-places.ts';
import type { Keyring } from './crypto/envelope.ts';
import type { Logger } from './logger.ts';
import type { Peers } from './peers.ts';
import type { ViewerStreams } from './services/viewing/viewer-streams.ts';

/** The models that the gateway can call. Throws AppError `gateway_unreachable` if it was never reached. */
export interface Catalogue {
  list(): Promise<readonly CatalogueModel[]>;
}

/** Selects the preselected models from those that a person can call. */
export type DefaultModels = (
  callable: readonly Pick<CatalogueModel, 'id' | 'provider' | 'serverKey'>[],
) => string[];

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False for a wrong password. Takes equally long for an account without a password. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export type LimitedAction =
  /** For one account from one address or device. */
  | 'sign_in'
  /** For all accounts from one address. */
  | 'sign_in_address'
  /** For one account from unknown addresses and devices. */
  | 'sign_in_account'
  | 'sign_up'
  | 'change_password'
  | 'submit';

/** Throws AppError `rate_limited` when `key` did `action` too often. */
export interface RateLimits {
  consume(action: LimitedAction, key: string): Promise<void>;
  /** Undoes one call of `consume`. */
  refund(action: LimitedAction, key: string): Promise<void>;
}

/** The right of a run to call one model at the gateway for a limited time. */
export interface RunGrant {
  runId: string;
  /** The model's id at the gateway. */
  model: string;
  lifetimeSeconds: number;
}

export interface ApiSettings {
  /** Identifies this process as an owner of leases. */
  instanceId: string;
  lease: LeaseTimes;
  /** `first`: only the first account may be created on the sign-up page. */
  signUp: 'open' | 'first';
  /** The gateway's address for runners, and the key that a run uses. */
  gateway: { baseUrl: string; keyFor: (grant: RunGrant) => string | undefined };
  run: {
    timeoutSeconds: number;
    /** Limit for the first token of models without their own limit. */
    firstTokenTimeoutSeconds: number;
    /** Limit for silence after the first token. */
    idleTimeoutSeconds: number;
    /** Maximum number of gateway calls of one run before its first token. */
    triesMax: number;
    /** The operator's cap on output tokens of every model. Undefined: only the model's own limit applies. */
    outputTokensMax: number | undefined;
  };
}

/** The dependencies of services. The app creates them once and passes them down. */
export interface ApiDeps {
  db: Db;
  backend: Backend;
  feed: Feed;
  peers: Peers;
  catalogue: Catalogue;
  defaultModels: DefaultModels;
  collectors: Collectors;
  places: RunPlaces;
  streams: ViewerStreams;
  keyring: Keyring;
  passwords: Passwords;
  limits: RateLimits;
  settings: ApiSettings;
  log: Logger;
}
