import { AppError } from '@aideator/contract/errors';
import type { CatalogueModel, Model } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';

const plainId = (id: string): string =>
  id.startsWith(OWN_KEY_PREFIX) ? id.slice(OWN_KEY_PREFIX.length) : id;

/**
 * The catalogue as one person sees it: each model once. With a key of their own it is called with that key, else with
 * the server's; where there is neither it says `needed`.
 */
export function modelsFor(catalogue: readonly CatalogueModel[], ownProviders: ReadonlySet<string>): Model[] {
  const groups = Map.groupBy(catalogue, (model) => plainId(model.id));
  return [...groups.values()].flatMap((entries) => {
    const own = entries.find((entry) => !entry.serverKey);
    const server = entries.find((entry) => entry.serverKey);
    if (own && ownProviders.has(own.provider)) return [toModel(own, 'own')];
    if (server) return [toModel(server, 'server')];
    return own ? [toModel(own, 'needed')] : [];
  });
}

function toModel({ serverKey: _, preset: __, ...model }: CatalogueModel, key: Model['key']): Model {
  return { ...model, key };
}

/**
 * The chosen models, each callable by this person. Throws AppError `model_unknown`, and `model_needs_key` for a model of
 * a provider that neither they nor the server have a key of, before anything is stored or sent.
 */
export function chooseModels(models: readonly Model[], modelIds: readonly string[]): Model[] {
  return modelIds.map((id) => {
    const model = models.find((candidate) => candidate.id === id);
    if (!model) {
      const twin = models.find((candidate) => plainId(candidate.id) === plainId(id));
      // The key of a model was added or removed since it was chosen: same model, other entry.
      if (twin && twin.key !== 'needed') return twin;
      if (twin) throw new AppError('model_needs_key', `no key for ${id}`, { detail: twin.name });
      throw new AppError('model_unknown', `no model ${id.slice(0, 200)}`);
    }
    if (model.key === 'needed')
      throw new AppError('model_needs_key', `no key for ${id}`, { detail: model.name });
    return model;
  });
}
