import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useSessionCache } from './use-session-cache.ts';

/** Shows a new title at once, and restores the old one if the server refuses. */
export function useRenameSession() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cache = useSessionCache();
  const { mutate } = useMutation(
    trpc.session.rename.mutationOptions({
      onMutate: async ({ sessionId, title }) => ({
        undo: await cache.change((items) =>
          items.map((item) => (item.id === sessionId ? { ...item, title } : item)),
        ),
      }),
      onError: (error, _input, context) => {
        context?.undo();
        toast.error('The chat was not renamed', { description: errorText(error).text });
      },
      onSettled: async (_data, _error, { sessionId }) => {
        await cache.refresh();
        await queryClient.invalidateQueries(trpc.session.get.queryFilter({ sessionId }));
      },
    }),
  );
  return mutate;
}
