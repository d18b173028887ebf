'use client';

import { createContext, type ReactNode, use, useState } from 'react';
import { createServerClock, type ServerClock } from '~/lib/server-clock.ts';

const ServerClockContext = createContext<ServerClock | null>(null);

/** When the first byte of this page arrived, by the browser's clock. */
function firstByteMs(): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return Date.now() - performance.now() + (navigation?.responseStart ?? 0);
}

/** `serverMs`: when the server rendered this page. */
export function ServerClockProvider({ serverMs, children }: { serverMs: number; children: ReactNode }) {
  const [clock] = useState(() => {
    const browserMs = typeof window === 'undefined' ? serverMs : firstByteMs();
    return createServerClock({ serverMs, browserMs }, Date.now);
  });
  return <ServerClockContext value={clock}>{children}</ServerClockContext>;
}

/** Throws outside of the provider. */
export function useServerClock(): ServerClock {
  const clock = use(ServerClockContext);
  if (!clock) throw new Error('not inside a ServerClockProvider');
  return clock;
}
