import { setTimeout as delay } from 'node:timers/promises';
import type { SessionId } from '@aideator/contract/ids';
import { dehydrate } from '@tanstack/react-query';
import { Hydrate } from '~/components/hydrate.tsx';
import { requirePagePerson } from '~/server/auth/page-person.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';
import { BallotOutboxProvider } from '../turn/ballot-outbox-context.tsx';
import { WorkspaceView } from './workspace-view.tsx';

/** Longest wait of the page for the list of models. After that the browser loads it. */
const MODELS_WAIT_MS = 150;

/** The page of a chat: a new one, or the given session. */
export async function Workspace({ sessionId }: { sessionId?: SessionId }) {
  const person = await requirePagePerson();
  const queryClient = getQueryClient();
  await Promise.race([queryClient.prefetchQuery(trpc.model.list.queryOptions()), delay(MODELS_WAIT_MS)]);
  return (
    <Hydrate state={dehydrate(queryClient)}>
      <BallotOutboxProvider userId={person.id}>
        <WorkspaceView userId={person.id} sessionId={sessionId} />
      </BallotOutboxProvider>
    </Hydrate>
  );
}
