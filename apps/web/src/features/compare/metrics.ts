import type { ResponseState } from '@aideator/contract/frames';

/** A dash where nothing is known (yet). */
export const UNKNOWN = '–';

export interface Metric {
  label: string;
  /** For people who hear it or point at it. */
  title: string;
  value: string;
}

/** Milliseconds as `0.54 s`, `4.2 s`, `12 s`, `1 m 05 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
}

/** `212`, `1,234`, `12.3k`. */
export function formatCount(count: number): string {
  if (count < 10_000) return Math.round(count).toLocaleString('en-US');
  return `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)}k`;
}

/** Tokens per second after the first token; over the whole time when nearly everything came at once. */
export function tokensPerSecond(state: Pick<ResponseState, 'usage' | 'timings'>): number | undefined {
  const { usage, timings } = state;
  if (!usage || !timings || usage.outputTokens === 0 || timings.totalMs <= 0) return undefined;
  const streamingMs = timings.totalMs - (timings.firstTokenMs ?? 0);
  return usage.outputTokens / ((streamingMs >= 100 ? streamingMs : timings.totalMs) / 1000);
}

/** `costUsd` is decimal text: `$0.0012`, `$1.20`, `<$0.0001`, `$0`; a model on this machine costs `local`. */
export function formatCost(costUsd: string | undefined, isLocal: boolean): string {
  if (isLocal) return 'local';
  if (costUsd === undefined) return UNKNOWN;
  const usd = Number(costUsd);
  if (!Number.isFinite(usd)) return UNKNOWN;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '<$0.0001';
  if (usd >= 0.995) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2))}`;
}

/** True for models that run on the server's own machine: nobody is paid for them. */
export function isLocalModel(modelId: string): boolean {
  return modelId.startsWith('local/') || modelId.startsWith('local-');
}

export interface MetricsInput {
  state: Pick<ResponseState, 'usage' | 'timings' | 'costUsd'>;
  isLocal: boolean;
  /** What this page measured while there is no record yet, in milliseconds. */
  seen: { firstTokenMs?: number | undefined; elapsedMs?: number | undefined };
}

/** The five figures of a panel's foot, always in this order, so that panels can be read across. */
export function metricsOf({ state, isLocal, seen }: MetricsInput): Metric[] {
  const { timings, usage } = state;
  const about = usage?.estimated ? '~' : '';
  const rate = tokensPerSecond(state);
  const first = timings
    ? timings.firstTokenMs === undefined
      ? UNKNOWN
      : formatDuration(timings.firstTokenMs)
    : seen.firstTokenMs === undefined
      ? UNKNOWN
      : `~${formatDuration(seen.firstTokenMs)}`;
  const totalMs = timings?.totalMs ?? seen.elapsedMs;
  return [
    { label: 'First', title: 'Time to first token', value: first },
    {
      label: 'Total',
      title: timings ? 'Total time' : 'Time so far',
      value: totalMs === undefined ? UNKNOWN : formatDuration(totalMs),
    },
    {
      label: 'Tokens',
      title: usage?.estimated ? 'Output tokens, estimated' : 'Output tokens',
      value: usage ? `${about}${formatCount(usage.outputTokens)}` : UNKNOWN,
    },
    {
      label: 'Tok/s',
      title: 'Output tokens per second after the first',
      value: rate === undefined ? UNKNOWN : `${about}${rate < 10 ? rate.toFixed(1) : formatCount(rate)}`,
    },
    {
      label: 'Cost',
      title: isLocal ? 'Runs on this server, nothing is paid' : 'Cost of this answer',
      value:
        about !== '' && !isLocal && state.costUsd !== undefined && Number(state.costUsd) > 0
          ? `~${formatCost(state.costUsd, false)}`
          : formatCost(state.costUsd, isLocal),
    },
  ];
}
