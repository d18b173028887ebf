import type { Model } from '@aideator/contract/models';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useHydrated } from '~/lib/use-hydrated.ts';
import { useTRPC } from '~/trpc/client.ts';
import { readLastUsed, resolveSelection, toggle, writeLastUsed } from './selection.ts';

export interface ModelSelection {
  /** What the next comparison asks, in the order of its panels. */
  ids: readonly string[];
  selected: readonly Model[];
  models: readonly Model[];
  modelOf: (modelId: string) => Model | undefined;
  toggle: (modelId: string) => void;
  /** Keeps the set for this person's next chat. */
  remember: () => void;
  loading: boolean;
  failed: boolean;
  gatewayUnreachable: boolean;
  reload: () => void;
}

/** The catalogue, and the models that are chosen from it. `place` is where a choice holds: a session, or the new chat. */
export function useModelSelection(
  userId: string,
  place: string,
  ofSession: readonly string[] | undefined,
): ModelSelection {
  const trpc = useTRPC();
  const list = useQuery(trpc.model.list.queryOptions());
  const [choice, setChoice] = useState<{ place: string; ids: readonly string[] }>();
  const hydrated = useHydrated();
  const lastUsed = useMemo(
    () => (hydrated ? readLastUsed(window.localStorage, userId) : undefined),
    [hydrated, userId],
  );
  const models = list.data?.models;
  const byId = useMemo(() => new Map(models?.map((model) => [model.id, model])), [models]);
  const modelOf = useCallback((modelId: string) => byId.get(modelId), [byId]);
  const ids = useMemo(
    () =>
      resolveSelection({
        models: models ?? [],
        chosen: choice?.place === place ? choice.ids : undefined,
        ofSession,
        lastUsed,
        defaults: list.data?.defaultIds ?? [],
      }),
    [models, choice, place, ofSession, lastUsed, list.data?.defaultIds],
  );
  return {
    ids,
    selected: ids.flatMap((id) => byId.get(id) ?? []),
    models: models ?? [],
    modelOf,
    toggle: (modelId) => setChoice({ place, ids: toggle(ids, modelId) }),
    remember: () => writeLastUsed(window.localStorage, userId, ids),
    loading: list.isFetching,
    failed: list.isError,
    gatewayUnreachable: list.data?.gateway === 'unreachable',
    reload: () => void list.refetch(),
  };
}
