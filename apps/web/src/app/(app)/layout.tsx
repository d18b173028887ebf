import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { SIDEBAR_COOKIE, TIME_ZONE_COOKIE } from '~/features/shell/cookies.ts';
import { SESSION_LIST_INPUT } from '~/features/shell/session-list-input.ts';
import { Shell } from '~/features/shell/shell.tsx';
import { knownTimeZone } from '~/lib/session-groups.ts';
import { requirePageSession } from '~/server/auth/page-session.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';

export default async function AppLayout({ children }: { children: ReactNode }) {
  const person = await requirePageSession();
  const jar = await cookies();
  const queryClient = getQueryClient();
  // A failed prefetch is no failed page: the browser asks again and shows what is wrong.
  await queryClient.prefetchInfiniteQuery(
    trpc.session.list.infiniteQueryOptions(SESSION_LIST_INPUT, {
      getNextPageParam: (page) => page.nextCursor,
    }),
  );
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <Shell
        person={{ name: person.name, email: person.email }}
        collapsedAtFirst={jar.get(SIDEBAR_COOKIE)?.value === 'collapsed'}
        clockAtFirst={{ now: new Date(), timeZone: knownTimeZone(jar.get(TIME_ZONE_COOKIE)?.value) }}
      >
        {children}
      </Shell>
    </HydrationBoundary>
  );
}
