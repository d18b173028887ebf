import type { SessionView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useSessionCache } from './use-session-cache.ts';

const UNDO_SHOWN_MS_MIN = 6_000;
const UNDO_SHOWN_MS_MAX = 10_000;

/** The toast goes a little before the server stops taking it back. */
function undoShownMs(undoUntil: Date): number {
  return Math.min(Math.max(undoUntil.getTime() - Date.now() - 500, UNDO_SHOWN_MS_MIN), UNDO_SHOWN_MS_MAX);
}

interface ToDelete {
  session: SessionView;
  /** True when its page is open: then the page of a new chat takes its place. */
  active: boolean;
}

/** Deletes at once and offers to undo it for some seconds. */
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
      const { undoUntil } = await remove({ sessionId: target.session.id });
      toast('Chat deleted', {
        description: target.session.title,
        duration: undoShownMs(undoUntil),
        action: { label: 'Undo', onClick: () => void undo(target) },
      });
    } catch (error) {
      putBack();
      toast.error('The chat was not deleted', { description: errorText(error).text });
    }
    await cache.refresh();
  };
}
