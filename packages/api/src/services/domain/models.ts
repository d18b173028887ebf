import { AppError } from '@aideator/contract/errors';
import type { CatalogueModel, Model } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';

const plainId = (id: string): string =>
  id.startsWith(OWN_KEY_PREFIX) ? id.slice(OWN_KEY_PREFIX.length) : id;

/**
 * The catalogue for one person, with each model once. A model uses the person's key if there is one, else the server's key.
 * Without either its `key` is `needed`.
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

function toModel(entry: CatalogueModel, key: Model['key']): Model {
  const { serverKey: _, preset: __, firstTokenTimeoutSeconds: ___, ...model } = entry;
  return { ...model, key };
}

/**
 * The chosen models, all callable by this person. Throws AppError `model_unknown`, and `model_needs_key` if neither the
 * person nor the server has a key of the provider, before anything is stored or sent.
 */
export function chooseModels(models: readonly Model[], modelIds: readonly string[]): Model[] {
  return modelIds.map((id) => {
    const model = models.find((candidate) => candidate.id === id);
    if (!model) {
      const twin = models.find((candidate) => plainId(candidate.id) === plainId(id));
      // A key was added or removed since the model was chosen, so it has another entry now.
      if (twin && twin.key !== 'needed') return twin;
      if (twin) throw new AppError('model_needs_key', 'a chosen model has no key', { detail: twin.name });
      throw new AppError('model_unknown', 'a chosen model is not in the catalogue');
    }
    if (model.key === 'needed')
      throw new AppError('model_needs_key', 'a chosen model has no key', { detail: model.name });
    return model;
  });
}
