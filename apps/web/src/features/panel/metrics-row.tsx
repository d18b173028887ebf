'use client';

import type { ResponseId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { useStore } from 'zustand';
import { cn } from '~/lib/cn.ts';
import { useNow } from '~/lib/use-now.ts';
import { thinkingTokensText } from '../turn/response-figures.ts';
import type { TurnStore } from '../turn/turn-store.ts';
import { useMilestones, useResponse } from '../turn/use-response.ts';
import { metricsOf } from './metrics.ts';

const TICK_MS = 200;

interface MetricsRowProps {
  store: TurnStore;
  responseId: ResponseId;
  isLocal: boolean;
  className?: string;
}

/** Time, tokens and cost of a response. The time ticks while the response is running. */
export function MetricsRow({ store, responseId, isLocal, className }: MetricsRowProps) {
  const running = useResponse(store, responseId, (state) => !isTerminal(state.status));
  const timings = useResponse(store, responseId, (state) => state.timings);
  const usage = useResponse(store, responseId, (state) => state.usage);
  const costUsd = useResponse(store, responseId, (state) => state.costUsd);
  const clock = useStore(store.api, (state) => state.clocks[responseId]);
  const thinkingTokens = useResponse(store, responseId, thinkingTokensText);
  const milestones = useMilestones(store, responseId);
  const nowMs = useNow(running, TICK_MS);
  const metrics = metricsOf({
    state: { timings, usage, costUsd },
    isLocal,
    milestones,
    thinkingTokens,
    elapsedMs: running && clock ? Math.max(0, nowMs - clock.startedAtMs) : undefined,
  });
  return (
    <dl
      className={cn(
        'figures grid grid-cols-[1fr_1fr_0.95fr_0.85fr_1.25fr] gap-x-1 low-wide:flex low-wide:justify-between',
        '@max-[15.5rem]/panel:grid-cols-3',
        className,
      )}
    >
      {metrics.map((metric) => (
        <div
          key={metric.label}
          title={metric.title}
          className={cn(
            'min-w-0 low-wide:flex low-wide:gap-1',
            metric.yields && '@max-[15.5rem]/panel:hidden',
          )}
        >
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
