import type { ResponseState } from '@aideator/contract/frames';
import { formatCost, formatCount, formatDuration, UNKNOWN } from '~/lib/figures.ts';
import type { Milestones } from '../turn/milestones.ts';
import { tokensPerSecond } from '../turn/response-figures.ts';

export interface Metric {
  label: string;
  /** For the tooltip and for screen readers. */
  title: string;
  value: string;
  /** Hidden where a panel is too narrow for all figures. */
  yields?: boolean;
}

export interface MetricsInput {
  state: Pick<ResponseState, 'usage' | 'timings' | 'costUsd'>;
  isLocal: boolean;
  milestones: Milestones;
  /** The output tokens that were thoughts, as text; empty if there were none or they are not known. */
  thinkingTokens?: string | undefined;
  /** Milliseconds since the run started, as this page saw it. Used until the record arrives. */
  elapsedMs?: number | undefined;
}

/** A time that is not recorded yet was measured by the server or the page, and is about right. */
function firstMetric({ firstThoughtMs, firstWordMs }: Milestones, isLive: boolean): Metric {
  const thought =
    firstThoughtMs === undefined ? '' : `, first thought after ${formatDuration(firstThoughtMs)}`;
  return {
    label: 'First',
    yields: true,
    title: `Time to first word${thought}`,
    value: firstWordMs === undefined ? UNKNOWN : `${isLive ? '~' : ''}${formatDuration(firstWordMs)}`,
  };
}

function tokensMetric({ state: { usage }, thinkingTokens }: MetricsInput): Metric {
  const thoughts = thinkingTokens ? `, ${thinkingTokens} of them for thoughts` : '';
  return {
    label: 'Tokens',
    title: `Output tokens${usage?.estimated ? ', estimated' : ''}${thoughts}`,
    value: usage ? `${usage.estimated ? '~' : ''}${formatCount(usage.outputTokens)}` : UNKNOWN,
  };
}

/** The five figures of a panel's foot. Their fixed order makes panels comparable. */
export function metricsOf(input: MetricsInput): Metric[] {
  const { state, isLocal, milestones, elapsedMs } = input;
  const { timings, usage } = state;
  const about = usage?.estimated ? '~' : '';
  const rate = tokensPerSecond(state);
  const totalMs = timings?.totalMs ?? elapsedMs;
  return [
    firstMetric(milestones, timings === undefined),
    {
      label: 'Total',
      title: timings ? 'Total time' : 'Time so far',
      value: totalMs === undefined ? UNKNOWN : formatDuration(totalMs),
    },
    tokensMetric(input),
    {
      label: 'Tok/s',
      yields: true,
      title: 'Output tokens per second after the first',
      value: rate === undefined ? UNKNOWN : `${about}${rate < 10 ? rate.toFixed(1) : formatCount(rate)}`,
    },
    {
      label: 'Cost',
      title: isLocal
        ? 'Runs on this server at no cost'
        : about === ''
          ? 'Cost of this answer'
          : 'Cost of this answer, from an estimate of its tokens',
      value:
        about !== '' && !isLocal && state.costUsd !== undefined && Number(state.costUsd) > 0
          ? `~${formatCost(state.costUsd, false)}`
          : formatCost(state.costUsd, isLocal),
    },
  ];
}
