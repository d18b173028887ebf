'use client';

import { type DehydratedState, HydrationBoundary } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useServerClock } from './server-clock-provider.tsx';

/**
 * Puts the data that the server loaded into the query cache, with times of the browser's clock. With the server's
 * times, a browser whose clock is behind would treat the data as fresh until its clock catches up.
 */
export function Hydrate({ state, children }: { state: DehydratedState; children: ReactNode }) {
  const clock = useServerClock();
  const dated = useMemo(
    () => ({
      ...state,
      queries: state.queries.map((query) => ({
        ...query,
        state: { ...query.state, dataUpdatedAt: clock.toBrowserMs(query.state.dataUpdatedAt) },
      })),
    }),
    [state, clock],
  );
  return <HydrationBoundary state={dated}>{children}</HydrationBoundary>;
}
