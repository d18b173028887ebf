'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { RotateCwIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { errorText } from '~/lib/errors.ts';
import { groupSessions } from '~/lib/session-groups.ts';
import { useTRPC } from '~/trpc/client.ts';
import { SESSION_LIST_INPUT } from './session-list-input.ts';
import { SessionRow } from './session-row.tsx';
import { type Clock, useClock } from './use-clock.ts';

interface SessionListProps {
  clockAtFirst: Clock;
  onNavigate?: (() => void) | undefined;
}

/** All chats, newest first, loaded page by page. */
export function SessionList({ clockAtFirst, onNavigate }: SessionListProps) {
  const clock = useClock(clockAtFirst);
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.session.list.infiniteQueryOptions(SESSION_LIST_INPUT, {
      getNextPageParam: (page) => page.nextCursor,
    }),
  );
  if (list.isPending) return <SessionListSkeleton />;
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isError && sessions.length === 0) {
    return <ListProblem text={errorText(list.error).text} onRetry={() => void list.refetch()} />;
  }
  if (sessions.length === 0) {
    return <p className="px-4.5 py-3 text-muted-foreground text-[0.8125rem]">Your chats will appear here.</p>;
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-4">
      {groupSessions(sessions, clock).map((group) => (
        <section key={group.label} aria-label={group.label}>
          <h2 className="sticky top-0 z-10 bg-sidebar px-2.5 pt-4 pb-1.5 font-medium text-muted-foreground text-xs tracking-normal">
            {group.label}
          </h2>
          <ul className="grid grid-cols-1 gap-px">
            {group.sessions.map((session) => (
              <SessionRow key={session.id} session={session} onNavigate={onNavigate} />
            ))}
          </ul>
        </section>
      ))}
      {list.isFetchNextPageError && (
        <ListProblem text={errorText(list.error).text} onRetry={() => void list.fetchNextPage()} />
      )}
      {list.hasNextPage && !list.isFetchNextPageError && (
        <MoreSentinel busy={list.isFetchingNextPage} onReached={() => void list.fetchNextPage()} />
      )}
    </div>
  );
}

/** Loads the next page when it scrolls near. Also a button, for keyboard users. */
function MoreSentinel({ busy, onReached }: { busy: boolean; onReached: () => void }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!ref.current || busy) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onReached(), {
      rootMargin: '200px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [busy, onReached]);
  return (
    <Button ref={ref} variant="ghost" size="sm" className="mt-1 w-full" disabled={busy} onClick={onReached}>
      {busy ? 'Loading older chats' : 'Show older chats'}
    </Button>
  );
}

function ListProblem({ text, onRetry }: { text: string; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="mx-2.5 mt-3 grid justify-items-start gap-2 text-muted-foreground text-[0.8125rem]"
    >
      <p>{text}</p>
      <Button variant="outline" size="sm" onClick={onRetry}>
        <RotateCwIcon />
        Try again
      </Button>
    </div>
  );
}

const SKELETON_WIDTHS = ['72%', '88%', '60%', '80%', '68%'];

function SessionListSkeleton() {
  return (
    <div className="px-4.5 pt-5" role="status" aria-label="Loading chats">
      <Skeleton className="mb-4 h-3 w-14" />
      <div className="grid gap-5">
        {SKELETON_WIDTHS.map((width) => (
          <Skeleton key={width} className="h-3.5" style={{ width }} />
        ))}
      </div>
    </div>
  );
}
