import { AppError } from '@aideator/contract/errors';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Workspace } from '~/features/compare/workspace.tsx';
import { requirePageSession } from '~/server/auth/page-session.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';

type Props = PageProps<'/s/[sessionId]'>;

/** Not there, not the person's, or an id that is none: all the same to the one who asks. */
const MISSING: ReadonlySet<string> = new Set(['NOT_FOUND', 'BAD_REQUEST']);

const loadSession = cache(async (sessionId: string) => {
  await requirePageSession();
  try {
    return await getQueryClient().fetchQuery(trpc.session.get.queryOptions({ sessionId }, { retry: false }));
  } catch (error) {
    if (error instanceof TRPCError && MISSING.has(error.code)) notFound();
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const session = await loadSession((await params).sessionId);
  return { title: session.title };
}

export default async function SessionPage({ params }: Props) {
  const { sessionId } = await params;
  await loadSession(sessionId);
  return (
    <HydrationBoundary state={dehydrate(getQueryClient())}>
      <Workspace key={sessionId} sessionId={sessionId} />
    </HydrationBoundary>
  );
}
