import type { UserId } from '@aideator/contract/ids';
import type {
  AmendPreferenceInput,
  ClearPreferenceInput,
  SetPreferenceInput,
} from '@aideator/contract/preference-input';
import type { PreferenceView } from '@aideator/contract/views';
import {
  amendPreference as amend,
  clearPreference as clear,
  setPreference as set,
} from '@aideator/db/queries/preferences';
import type { ApiDeps } from '../../deps.ts';
import { namesItself } from '../domain/names-itself.ts';
import { preferenceView } from '../viewing/views.ts';

/**
 * Replaces the person's verdict on a turn by a ballot. The previous one stays in the history. Returns the current verdict:
 * another one, or none, for a repeated or late call. Throws `not_found`, `invalid_input` when the ballot does not fit the
 * turn, `conflict` when a named response was retried since the page showed it.
 */
export async function setPreference(
  deps: ApiDeps,
  input: SetPreferenceInput & { userId: UserId },
): Promise<PreferenceView | null> {
  const models = await deps.catalogue.list().catch(() => []);
  const providerNames = new Map(models.map(({ id, providerName }) => [id, providerName]));
  const current = await set(deps.db, {
    ...input,
    feedback: input.feedback || null,
    namesItself: (response) =>
      namesItself(response.text, { ...response, providerName: providerNames.get(response.modelId) }),
  });
  return current && preferenceView(current);
}

/**
 * Adds the worst, reasons or the response to continue with to the current verdict. Throws `not_found`, `invalid_input`, and
 * `conflict` when the verdict is not current or the change is a decision of its own, which `setPreference` takes.
 */
export async function amendPreference(
  deps: ApiDeps,
  input: AmendPreferenceInput & { userId: UserId },
): Promise<PreferenceView> {
  const { feedback, ...rest } = input;
  const changed = feedback === undefined ? rest : { ...rest, feedback: feedback || null };
  return preferenceView(await amend(deps.db, changed));
}

/** Clears the verdict on a turn, or only the named one. Returns false if it was not current. Throws `not_found`. */
export async function clearPreference(
  deps: ApiDeps,
  input: ClearPreferenceInput & { userId: UserId },
): Promise<boolean> {
  return clear(deps.db, input);
}
