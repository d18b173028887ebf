import type { SessionView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useSessionCache } from './use-session-cache.ts';

/** The server can undo a deletion for much longer. */
const UNDO_SHOWN_MS = 10_000;

interface ToDelete {
  session: SessionView;
  /** True if its page is open. A new chat then replaces it. */
  active: boolean;
}

/** Deletes a chat at once and offers to undo that for some seconds. */
export function useDeleteSession() {
  const trpc = useTRPC();
  const router = useRouter();
  const cache = useSessionCache();
  const { mutateAsync: remove } = useMutation(trpc.session.delete.mutationOptions());
  const { mutateAsync: restore } = useMutation(trpc.session.restore.mutationOptions());

  const undo = async ({ session, active }: ToDelete) => {
    try {
      await restore({ sessionId: session.id });
      if (active) router.push(`/s/${session.id}` as Route);
    } catch (error) {
      toast.error('The chat was not restored', { description: errorText(error).text });
    }
    await cache.refresh();
  };

  return async (target: ToDelete) => {
    const putBack = await cache.change((items) => items.filter((item) => item.id !== target.session.id));
    if (target.active) router.push('/');
    try {
      await remove({ sessionId: target.session.id });
      toast('Chat deleted', {
        description: target.session.title,
        duration: UNDO_SHOWN_MS,
        action: { label: 'Undo', onClick: () => void undo(target) },
      });
    } catch (error) {
      putBack();
      toast.error('The chat was not deleted', { description: errorText(error).text });
    }
    await cache.refresh();
  };
}
