import type { UserId } from '@aideator/contract/ids';
import { MODELS_PER_TURN_DEFAULT, MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import type { Model } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';

/** Model ids in the order of their panels. */
export type Selection = readonly string[];

export interface SelectionSources {
  models: readonly Model[];
  /** What the person chose on this page, if anything. */
  chosen: Selection | undefined;
  /** The models of the session's last comparison. */
  ofSession: Selection | undefined;
  /** The set that this person used last, anywhere. */
  lastUsed: Selection | undefined;
  defaults: Selection;
}

/** The id without the prefix that says whose key is used. */
function plainId(id: string): string {
  return id.startsWith(OWN_KEY_PREFIX) ? id.slice(OWN_KEY_PREFIX.length) : id;
}

/**
 * Removes duplicates and models that cannot be called, and cuts to the limit of a turn. A model whose key was added or
 * removed since it was chosen has a new id.
 */
export function usable(selection: Selection, models: readonly Model[]): string[] {
  const callable = models.filter((model) => model.key !== 'needed');
  const ids = new Map(callable.flatMap((model) => [[plainId(model.id), model.id] as const]));
  for (const model of callable) ids.set(model.id, model.id);
  const found = selection.flatMap((id) => ids.get(id) ?? ids.get(plainId(id)) ?? []);
  return [...new Set(found)].slice(0, MODELS_PER_TURN_MAX);
}

/** The models of the first source that has callable ones; the first models of the catalogue when none has. */
export function resolveSelection(sources: SelectionSources): string[] {
  const { models, chosen, ofSession, lastUsed, defaults } = sources;
  if (chosen) return usable(chosen, models);
  for (const source of [ofSession, lastUsed, defaults]) {
    const ids = source ? usable(source, models) : [];
    if (ids.length > 0) return ids;
  }
  return usable(
    models.map((model) => model.id),
    models,
  ).slice(0, MODELS_PER_TURN_DEFAULT);
}

/** Adds a model at the end, or removes it. A full selection stays unchanged. */
export function toggle(selection: Selection, id: string): string[] {
  if (selection.includes(id)) return selection.filter((other) => other !== id);
  return selection.length < MODELS_PER_TURN_MAX ? [...selection, id] : [...selection];
}

const keyOf = (userId: UserId) => `aideator:models:${userId}`;

/** The set that this person used last in this browser. */
export function readLastUsed(box: Pick<Storage, 'getItem'>, userId: UserId): string[] | undefined {
  try {
    const ids: unknown = JSON.parse(box.getItem(keyOf(userId)) ?? 'null');
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return undefined;
    return ids.slice(0, MODELS_PER_TURN_MAX);
  } catch {
    return undefined;
  }
}

/** Does nothing when the browser forbids storage. */
export function writeLastUsed(box: Pick<Storage, 'setItem'>, userId: UserId, selection: Selection): void {
  try {
    box.setItem(keyOf(userId), JSON.stringify(selection));
  } catch {
    // The set is a convenience: the person can choose again.
  }
}
