import type { UserId } from '@aideator/contract/ids';
import type { Model } from '@aideator/contract/models';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useHydrated } from '~/lib/use-hydrated.ts';
import { useTRPC } from '~/trpc/client.ts';
import { readLastUsed, resolveSelection, toggle, writeLastUsed } from './selection.ts';

export interface ModelSelection {
  /** The models of the next comparison, in the order of its panels. */
  ids: readonly string[];
  selected: readonly Model[];
  models: readonly Model[];
  modelOf: (modelId: string) => Model | undefined;
  toggle: (modelId: string) => void;
  /** Remembers the set for this person's next chat. */
  remember: () => void;
  loading: boolean;
  failed: boolean;
  gatewayUnreachable: boolean;
  reload: () => void;
}

/** The catalogue and the chosen models. `chatKey` names the chat that a choice belongs to. */
export function useModelSelection(
  userId: UserId,
  chatKey: string,
  ofSession: readonly string[] | undefined,
): ModelSelection {
  const trpc = useTRPC();
  const list = useQuery(trpc.model.list.queryOptions());
  const [choice, setChoice] = useState<{ chatKey: string; ids: readonly string[] }>();
  const hydrated = useHydrated();
  const [remembered, setRemembered] = useState<readonly string[]>();
  const stored = useMemo(
    () => (hydrated ? readLastUsed(window.localStorage, userId) : undefined),
    [hydrated, userId],
  );
  const lastUsed = remembered ?? stored;
  const models = list.data?.models;
  const byId = useMemo(() => new Map(models?.map((model) => [model.id, model])), [models]);
  const modelOf = useCallback((modelId: string) => byId.get(modelId), [byId]);
  const ids = useMemo(
    () =>
      resolveSelection({
        models: models ?? [],
        chosen: choice?.chatKey === chatKey ? choice.ids : undefined,
        ofSession,
        lastUsed,
        defaults: list.data?.defaultIds ?? [],
      }),
    [models, choice, chatKey, ofSession, lastUsed, list.data?.defaultIds],
  );
  return {
    ids,
    selected: ids.flatMap((id) => byId.get(id) ?? []),
    models: models ?? [],
    modelOf,
    toggle: (modelId) => setChoice({ chatKey, ids: toggle(ids, modelId) }),
    remember: () => {
      setRemembered(ids);
      writeLastUsed(window.localStorage, userId, ids);
    },
    loading: list.isFetching,
    failed: list.isError,
    gatewayUnreachable: list.data?.gateway === 'unreachable',
    reload: () => void list.refetch(),
  };
}
