import { describe, expect, it } from 'vitest';
import { groupSessions, knownTimeZone } from './session-groups.ts';

const session = (iso: string) => ({ id: iso, updatedAt: new Date(iso) });
const labels = (isos: string[], now: string, timeZone = 'UTC') =>
  groupSessions(isos.map(session), { now: new Date(now), timeZone }).map((group) => [
    group.label,
    group.sessions.length,
  ]);

describe('groupSessions', () => {
  it('splits at calendar days, not after 24 hours', () => {
    const isos = ['2026-11-23T00:00:01Z', '2026-11-22T23:59:59Z', '2026-11-22T00:00:00Z'];
    expect(labels(isos, '2026-11-23T00:05:00Z')).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
    ]);
  });

  it('counts days in the person’s time zone', () => {
    const isos = ['2026-11-22T23:30:00Z'];
    expect(labels(isos, '2026-11-23T01:00:00Z', 'Europe/Berlin')).toEqual([['Today', 1]]);
    expect(labels(isos, '2026-11-23T01:00:00Z', 'UTC')).toEqual([['Yesterday', 1]]);
  });

  it('has seven days before the older ones', () => {
    const isos = ['2026-11-21T12:00:00Z', '2026-11-16T12:00:00Z', '2026-11-15T12:00:00Z'];
    expect(labels(isos, '2026-11-23T12:00:00Z')).toEqual([
      ['Previous 7 days', 2],
      ['Older', 1],
    ]);
  });

  it('handles a change to summer time and a clock that is ahead', () => {
    expect(labels(['2026-03-28T11:00:00Z'], '2026-03-29T21:30:00Z', 'Europe/Berlin')).toEqual([
      ['Yesterday', 1],
    ]);
    expect(labels(['2026-11-24T12:00:00Z'], '2026-11-23T12:00:00Z')).toEqual([['Today', 1]]);
  });

  it('is empty without sessions', () => {
    expect(labels([], '2026-11-23T12:00:00Z')).toEqual([]);
  });
});

describe('knownTimeZone', () => {
  it('accepts a valid one and falls back for junk', () => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(knownTimeZone('Europe/Berlin')).toBe('Europe/Berlin');
    expect(knownTimeZone('Moon/Base')).toBe(own);
    expect(knownTimeZone(undefined)).toBe(own);
  });
});
