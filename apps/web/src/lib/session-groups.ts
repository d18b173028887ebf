const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK_DAYS = 7;

type SessionGroupLabel = 'Today' | 'Yesterday' | 'Previous 7 days' | 'Older';

interface Clock {
  now: Date;
  /** IANA name. Days begin at midnight there. */
  timeZone: string;
}

/** Days since 1970 in a time zone. */
function dayNumber(date: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(date);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / DAY_MS);
}

function labelOf(daysAgo: number): SessionGroupLabel {
  if (daysAgo <= 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  return daysAgo <= WEEK_DAYS ? 'Previous 7 days' : 'Older';
}

/** Groups sessions by the day of their last use and keeps their order. Empty groups are left out. */
export function groupSessions<S extends { updatedAt: Date }>(
  sessions: readonly S[],
  { now, timeZone }: Clock,
): { label: SessionGroupLabel; sessions: S[] }[] {
  const today = dayNumber(now, timeZone);
  const groups = Map.groupBy(sessions, (session) => labelOf(today - dayNumber(session.updatedAt, timeZone)));
  return [...groups].map(([label, members]) => ({ label, sessions: members }));
}

/** Returns the time zone when it is valid, else the server's own. */
export function knownTimeZone(name: string | undefined): string {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!name) return own;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return own;
  }
}
