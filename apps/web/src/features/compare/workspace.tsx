import { setTimeout as delay } from 'node:timers/promises';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { requirePageSession } from '~/server/auth/page-session.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';
import { WorkspaceView } from './workspace-view.tsx';

/** The page does not wait longer for the list of models: the browser can ask for it too. */
const MODELS_WAIT_MS = 150;

/** A chat: a new one, or the session that is named. */
export async function Workspace({ sessionId }: { sessionId?: string }) {
  const person = await requirePageSession();
  const queryClient = getQueryClient();
  await Promise.race([queryClient.prefetchQuery(trpc.model.list.queryOptions()), delay(MODELS_WAIT_MS)]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <WorkspaceView userId={person.id} sessionId={sessionId} />
    </HydrationBoundary>
  );
}
