import type { SessionDetail } from '@aideator/contract/views';
import { useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '~/trpc/client.ts';

/** The session's entry in the query cache. */
export function useSessionEntry(sessionId: SessionDetail['id']) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const queryKey = trpc.session.get.queryKey({ sessionId });
  return {
    change: (update: (detail: SessionDetail | undefined) => SessionDetail | undefined) =>
      queryClient.setQueryData(queryKey, update),
    cancelFetches: () => queryClient.cancelQueries({ queryKey }),
    refresh: () => queryClient.invalidateQueries({ queryKey }),
    /** Resolves to true if the server replied. */
    reload: () =>
      queryClient.refetchQueries({ queryKey }, { throwOnError: true }).then(
        () => true,
        () => false,
      ),
  };
}
