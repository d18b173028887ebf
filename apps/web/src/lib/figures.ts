/** Shown where a figure is not known. */
export const UNKNOWN = '–';

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
