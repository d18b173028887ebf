import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedEntry } from '@aideator/contract/feed';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnView } from '@aideator/contract/views';
import { watchTurn } from '../services/watch-turn.ts';
import type { Harness, Member } from './harness.ts';

const WAIT_LIMIT_MS = 25_000;
const POLL_MS = 10;

/** Resolves when the condition holds; rejects with what was waited for after 25 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(POLL_MS);
  }
}

/** Submits a comparison of these models. */
export function compare(
  member: Member,
  modelIds: string[],
  more: { sessionId?: string; prompt?: string } = {},
) {
  const { sessionId, prompt = 'Why is the sky blue?' } = more;
  return member.call.turn.submit({
    prompt,
    modelIds,
    mode: 'compare',
    idempotencyKey: randomUUID(),
    ...(sessionId === undefined ? {} : { sessionId }),
  });
}

/** One viewer of a turn. */
export class Viewer {
  readonly entries: FeedEntry[] = [];
  states: readonly ResponseState[] = [];
  done = false;

  take(entry: FeedEntry): void {
    this.entries.push(entry);
    this.states = applyTurnEvent(this.states, entry.event);
    this.done ||= entry.event.type === 'done';
  }

  state(position: number): ResponseState {
    const state = this.states[position];
    if (!state) throw new Error(`no response at ${position}`);
    return state;
  }
}

/** Watches a turn in process until `done`. `onEvent` sees the viewer after each event. */
export async function watch(
  harness: Harness,
  member: Member,
  options: { turnId: string; onEvent?: (viewer: Viewer) => void; signal?: AbortSignal },
): Promise<Viewer> {
  const viewer = new Viewer();
  const signal = options.signal ?? new AbortController().signal;
  const events = watchTurn(harness.deps, { userId: member.person.id, turnId: options.turnId, signal });
  for await (const entry of events) {
    viewer.take(entry);
    options.onEvent?.(viewer);
  }
  return viewer;
}

/** The turn as it is stored. */
export async function stored(member: Member, turn: Pick<TurnView, 'id' | 'sessionId'>): Promise<TurnView> {
  const session = await member.call.session.get({ sessionId: turn.sessionId });
  const found = session.turns.find(({ id }) => id === turn.id);
  if (!found) throw new Error(`no turn ${turn.id}`);
  return found;
}
