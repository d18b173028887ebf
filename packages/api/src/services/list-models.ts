import { AppError } from '@aideator/contract/errors';

import type { Model } from '@aideator/contract/models';
import type { ApiDeps } from '../deps.ts';
import { modelsFor } from './models.ts';
import { ownProviders } from './provider-keys.ts';

export interface ModelList {
  models: Model[];
  /** Chosen at first: four that can be called, of different providers where there are. */
  defaultIds: string[];
  gateway: 'ready' | 'unreachable';
}

/** The models as this person sees them; an empty list when the gateway was never reached. */
export async function listModels(deps: ApiDeps, userId: string): Promise<ModelList> {
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
