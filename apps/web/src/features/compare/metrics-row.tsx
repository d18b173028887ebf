'use client';

import { isTerminal } from '@aideator/contract/statuses';
import { useStore } from 'zustand';
import { cn } from '~/lib/cn.ts';
import { metricsOf } from './metrics.ts';
import type { TurnStore } from './turn-store.ts';
import { useNow } from './use-now.ts';
import { useResponse } from './use-response.ts';

const TICK_MS = 200;

interface MetricsRowProps {
  store: TurnStore;
  responseId: string;
  isLocal: boolean;
  className?: string;
}

/** Time, tokens and cost of a response; the time runs while it does. */
export function MetricsRow({ store, responseId, isLocal, className }: MetricsRowProps) {
  const running = useResponse(store, responseId, (state) => !isTerminal(state.status));
  const timings = useResponse(store, responseId, (state) => state.timings);
  const usage = useResponse(store, responseId, (state) => state.usage);
  const costUsd = useResponse(store, responseId, (state) => state.costUsd);
  const clock = useStore(store.api, (state) => state.clocks[responseId]);
  const firstTokenMs = useResponse(store, responseId, (state) => state.firstTokenMs);
  const nowMs = useNow(running, TICK_MS);
  const sinceStart = (atMs: number | undefined) =>
    clock && atMs !== undefined ? Math.max(0, atMs - clock.startedAtMs) : undefined;
  const metrics = metricsOf({
    state: { timings, usage, costUsd },
    isLocal,
    seen: running
      ? { firstTokenMs: firstTokenMs ?? sinceStart(clock?.firstTokenAtMs), elapsedMs: sinceStart(nowMs) }
      : {},
  });
  return (
    <dl
      className={cn(
        'figures grid grid-cols-[1fr_1fr_0.95fr_0.85fr_1.25fr] gap-x-1 low-wide:flex low-wide:justify-between',
        className,
      )}
    >
      {metrics.map((metric) => (
        <div key={metric.label} title={metric.title} className="min-w-0 low-wide:flex low-wide:gap-1">
          <dt className="text-2xs text-muted-foreground">{metric.label}</dt>
          <dd
            className="whitespace-nowrap font-medium text-xs leading-4 low-wide:text-2xs low-wide:leading-4"
            suppressHydrationWarning
          >
            {metric.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
