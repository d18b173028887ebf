import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';

import type { Model } from '@aideator/contract/models';
import type { ApiDeps } from '../../deps.ts';
import { ownProviders } from '../accounts/provider-keys.ts';
import { modelsFor } from '../domain/models.ts';

export interface ModelList {
  models: Model[];
  /** Preselected models: four callable ones, from different providers if possible. */
  defaultIds: string[];
  gateway: 'ready' | 'unreachable';
}

/** The models for this person. Empty if the gateway was never reached. */
export async function listModels(deps: ApiDeps, userId: UserId): Promise<ModelList> {
  try {
    const [catalogue, own] = await Promise.all([deps.catalogue.list(), ownProviders(deps, userId)]);
    const models = modelsFor(catalogue, own);
    const callable = models.filter(({ key }) => key !== 'needed');
    const defaultIds = deps.defaultModels(callable.map((model) => ({ ...model, serverKey: true })));
    return { models, defaultIds, gateway: 'ready' };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'gateway_unreachable') throw error;
    return { models: [], defaultIds: [], gateway: 'unreachable' };
  }
}
