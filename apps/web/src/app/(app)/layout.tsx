import { dehydrate } from '@tanstack/react-query';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Hydrate } from '~/components/hydrate.tsx';
import { parseReadingLayout, READING_LAYOUT_COOKIE } from '~/features/panel/reading-layout.ts';
import { ReadingLayoutProvider } from '~/features/panel/reading-layout-provider.tsx';
import { SIDEBAR_COOKIE, TIME_ZONE_COOKIE } from '~/features/shell/cookies.ts';
import { SESSION_LIST_INPUT } from '~/features/shell/session-list-input.ts';
import { Shell } from '~/features/shell/shell.tsx';
import { knownTimeZone } from '~/lib/session-groups.ts';
import { requirePagePerson } from '~/server/auth/page-person.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';

export default async function AppLayout({ children }: { children: ReactNode }) {
  const person = await requirePagePerson();
  const jar = await cookies();
  const queryClient = getQueryClient();
  // If the prefetch fails, the browser fetches again and shows the error.
  await queryClient.prefetchInfiniteQuery(
    trpc.session.list.infiniteQueryOptions(SESSION_LIST_INPUT, {
      getNextPageParam: (page) => page.nextCursor,
    }),
  );
  return (
    <Hydrate state={dehydrate(queryClient)}>
      <Shell
        person={{ name: person.name, email: person.email }}
        collapsedAtFirst={jar.get(SIDEBAR_COOKIE)?.value === 'collapsed'}
        clockAtFirst={{ now: new Date(), timeZone: knownTimeZone(jar.get(TIME_ZONE_COOKIE)?.value) }}
      >
        <ReadingLayoutProvider atFirst={parseReadingLayout(jar.get(READING_LAYOUT_COOKIE)?.value)}>
          {children}
        </ReadingLayoutProvider>
      </Shell>
    </Hydrate>
  );
}
