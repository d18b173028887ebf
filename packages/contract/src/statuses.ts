/** The outcomes that a runner reports. */
export const OUTCOME_STATUSES = ['completed', 'failed', 'cancelled'] as const;

export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number];

/** Statuses of a finished attempt. `interrupted`: the process ended before it reported an outcome. */
export const TERMINAL_STATUSES = [...OUTCOME_STATUSES, 'interrupted'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export const UNFINISHED_STATUSES = ['pending', 'running'] as const;

/** The stored statuses of a run and a response. */
export const STORED_STATUSES = [...UNFINISHED_STATUSES, ...TERMINAL_STATUSES] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];

/** The stored statuses and those that only occur in the live stream. */
export const LIVE_STATUSES = [...STORED_STATUSES, 'waiting', 'thinking', 'streaming'] as const;
export type LiveStatus = (typeof LIVE_STATUSES)[number];

const TERMINAL: ReadonlySet<LiveStatus> = new Set(TERMINAL_STATUSES);

const OUTCOMES: ReadonlySet<string> = new Set(OUTCOME_STATUSES);

/** True for the name of an outcome, which is also the type of the run's last event. */
export function isOutcome(name: string): name is OutcomeStatus {
  return OUTCOMES.has(name);
}

/** True when the attempt is over. */
export function isTerminal(status: LiveStatus): status is TerminalStatus {
  return TERMINAL.has(status);
}

export const TURN_MODES = ['compare', 'continue'] as const;
export type TurnMode = (typeof TURN_MODES)[number];

/**
 * When a blind turn shows its answers. Both hide which model is fast. `together`: when all are over. `even`: once all have
 * text, all at one pace.
 */
export const REVEAL_PACES = ['together', 'even'] as const;
export type RevealPace = (typeof REVEAL_PACES)[number];
