import { AppError } from '@aideator/contract/errors';
import { isId, type SessionId } from '@aideator/contract/ids';
import { dehydrate } from '@tanstack/react-query';
import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Hydrate } from '~/components/hydrate.tsx';
import { Workspace } from '~/features/workspace/workspace.tsx';
import { requirePagePerson } from '~/server/auth/page-person.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';

type Props = PageProps<'/s/[sessionId]'>;

const loadSession = cache(async (sessionId: SessionId) => {
  await requirePagePerson();
  try {
    return await getQueryClient().fetchQuery(trpc.session.get.queryOptions({ sessionId }, { retry: false }));
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'NOT_FOUND') notFound();
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
});

/** A malformed id gets the same page as a missing session or another person's session. */
async function sessionIdOf(params: Props['params']): Promise<SessionId> {
  const { sessionId } = await params;
  return isId('session', sessionId) ? sessionId : notFound();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const session = await loadSession(await sessionIdOf(params));
  return { title: session.title };
}

export default async function SessionPage({ params }: Props) {
  const sessionId = await sessionIdOf(params);
  await loadSession(sessionId);
  return (
    <Hydrate state={dehydrate(getQueryClient())}>
      <Workspace key={sessionId} sessionId={sessionId} />
    </Hydrate>
  );
}
