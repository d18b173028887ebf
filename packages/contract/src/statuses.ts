/**
 * What is stored of a run and of a response.
 * `interrupted`: the process that ran it went away before an outcome was known.
 */
export const STORED_STATUSES = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];

/** What a panel shows: the stored statuses, and what only the live stream knows. */
export const LIVE_STATUSES = [...STORED_STATUSES, 'waiting', 'thinking', 'streaming'] as const;
export type LiveStatus = (typeof LIVE_STATUSES)[number];

const TERMINAL: ReadonlySet<LiveStatus> = new Set(['completed', 'failed', 'cancelled', 'interrupted']);

export type TerminalStatus = 'completed' | 'failed' | 'cancelled' | 'interrupted';

/** True when nothing more will come from this attempt. */
export function isTerminal(status: LiveStatus): status is TerminalStatus {
  return TERMINAL.has(status);
}

export const TURN_MODES = ['compare', 'continue'] as const;
export type TurnMode = (typeof TURN_MODES)[number];
