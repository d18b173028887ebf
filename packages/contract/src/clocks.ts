import type { ResponsePatch, ResponseState, TurnEvent } from './frames.ts';

/**
 * The clocks of a runner, a server and a browser may differ. Each process keeps times on its own clock, and events sent to
 * viewers contain durations.
 */
const PAIRS = [
  { time: 'retryAt', duration: 'retryInMs' },
  { time: 'firstTokenBy', duration: 'firstTokenLeftMs' },
] as const;

type Held = Pick<ResponsePatch, (typeof PAIRS)[number]['time' | 'duration']>;

function durationsOf<T extends Held>(held: T, nowMs: number): T {
  let next = held;
  for (const { time, duration } of PAIRS) {
    const at = held[time];
    if (at === undefined) continue;
    next = { ...next, [duration]: Math.max(0, Date.parse(at) - nowMs) };
    delete next[time];
  }
  return next;
}

function timesOf<T extends Held>(held: T, nowMs: number): T {
  let next = held;
  for (const { time, duration } of PAIRS) {
    const ms = held[duration];
    if (ms === undefined) continue;
    next = { ...next, [time]: new Date(nowMs + ms).toISOString() };
    delete next[duration];
  }
  return next;
}

function mapStates(
  event: TurnEvent,
  map: <T extends ResponseState | ResponsePatch>(held: T) => T,
): TurnEvent {
  switch (event.type) {
    case 'snapshot':
      return { ...event, responses: event.responses.map(map) };
    case 'frame':
      return { ...event, patches: event.patches.map(map) };
    case 'done':
      return event;
  }
}

/** An event to send: durations replace the times on our clock. */
export const withDurations = (event: TurnEvent, nowMs: number): TurnEvent =>
  mapStates(event, (held) => durationsOf(held, nowMs));

/** An event to keep: times on our clock replace the received durations. */
export const withTimes = (event: TurnEvent, nowMs: number): TurnEvent =>
  mapStates(event, (held) => timesOf(held, nowMs));
