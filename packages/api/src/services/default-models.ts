import { MODELS_PER_TURN_DEFAULT } from '@aideator/contract/limits';
import type { Model } from '@aideator/contract/models';

/**
 * The models chosen at first: as many providers as there are before a second model of one. Within a provider the order of
 * the catalogue decides, which lists its main models first. Models that need a key are left out.
 */
export function defaultModelIds(models: readonly Model[]): string[] {
  const callable = models.filter((model) => model.key !== 'needed');
  const hosted = callable.filter((model) => model.provider !== 'local');
  const small = callable.filter((model) => model.provider === 'local');
  const queues = [...Map.groupBy(hosted, (model) => model.provider).values()];
  const ranked = Array.from({ length: MODELS_PER_TURN_DEFAULT }, (_, rank) =>
    queues.flatMap((queue) => queue[rank] ?? []),
  ).flat();
  return [...ranked, ...small].slice(0, MODELS_PER_TURN_DEFAULT).map((model) => model.id);
}
