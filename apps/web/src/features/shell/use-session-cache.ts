import type { SessionView } from '@aideator/contract/views';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '~/trpc/client.ts';
import { SESSION_LIST_INPUT } from './session-list-input.ts';

interface SessionPage {
  items: SessionView[];
  nextCursor: string | null;
}

type Pages = InfiniteData<SessionPage, string | null>;

/** Changes the sidebar's list in the query cache, so that changes show at once. */
export function useSessionCache() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const queryKey = trpc.session.list.infiniteQueryKey(SESSION_LIST_INPUT);

  return {
    /** Changes the items. Returns a function that undoes the change. */
    async change(update: (items: SessionView[]) => SessionView[]): Promise<() => void> {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Pages>(queryKey);
      if (before) {
        const pages = before.pages.map((page) => ({ ...page, items: update(page.items) }));
        queryClient.setQueryData<Pages>(queryKey, { ...before, pages });
      }
      return () => queryClient.setQueryData(queryKey, before);
    },
    /** Moves a new or used session to the top. Loads the list when there is none yet. */
    async moveToTop(session: SessionView): Promise<void> {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Pages>(queryKey);
      if (!before) return queryClient.invalidateQueries({ queryKey });
      const pages = before.pages.map((page, i) => {
        const others = page.items.filter(({ id }) => id !== session.id);
        return { ...page, items: i === 0 ? [session, ...others] : others };
      });
      queryClient.setQueryData<Pages>(queryKey, { ...before, pages });
    },
    /** Loads the list again. */
    refresh: () => queryClient.invalidateQueries({ queryKey }),
  };
}
