import type { SessionView } from '@aideator/contract/views';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '~/trpc/client.ts';
import { SESSION_LIST_INPUT } from './session-list-input.ts';

interface SessionPage {
  items: SessionView[];
  nextCursor: string | null;
}

type Pages = InfiniteData<SessionPage, string | null>;

/** The sidebar's list in the cache, for changes that show at once. */
export function useSessionCache() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const queryKey = trpc.session.list.infiniteQueryKey(SESSION_LIST_INPUT);

  return {
    /** Changes the items; answers how to put back what was there. */
    async change(update: (items: SessionView[]) => SessionView[]): Promise<() => void> {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Pages>(queryKey);
      if (before) {
        const pages = before.pages.map((page) => ({ ...page, items: update(page.items) }));
        queryClient.setQueryData<Pages>(queryKey, { ...before, pages });
      }
      return () => queryClient.setQueryData(queryKey, before);
    },
    /** Puts a session that was made or used at the top; where there is no list yet it is asked for. */
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
    /** Asks the server again. */
    refresh: () => queryClient.invalidateQueries({ queryKey }),
  };
}
