import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedEntry } from '@aideator/contract/feed';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import { newId, type ResponseId, type SessionId, type TurnId } from '@aideator/contract/ids';
import type { SetPreferenceInput } from '@aideator/contract/preference-input';
import type { ResponseView, TurnView } from '@aideator/contract/views';
import { watchVisible } from '../services/viewing/watch-visible.ts';
import type { Harness, Member } from './harness.ts';

const WAIT_LIMIT_MS = 25_000;
const POLL_MS = 10;

/** Resolves when the condition holds. Rejects after 25 s with the name of the condition. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`timed out waiting until ${what}`);
    await delay(POLL_MS);
  }
}

/** Submits a comparison of these models. */
export function compare(
  member: Member,
  modelIds: string[],
  more: { sessionId?: SessionId; prompt?: string } = {},
) {
  const { sessionId, prompt = 'Why is the sky blue?' } = more;
  return member.call.turn.submit({
    prompt,
    panels: modelIds.map((modelId) => ({ modelId })),
    mode: 'compare',
    idempotencyKey: randomUUID(),
    ...(sessionId === undefined ? {} : { sessionId }),
  });
}

/** The id of the response at a position of a turn. */
export function responseIdAt(turn: Pick<TurnView, 'responses'>, position: number): ResponseId {
  const response = turn.responses[position];
  if (!response) throw new Error(`no response at ${position}`);
  return response.responseId;
}

/** Input of `preference.set`, in which these positions form the tiers, best first. All panels are as in the view. */
export function ballotOn(
  turn: Pick<TurnView, 'id' | 'responses'>,
  tiers: number[][],
  more: Partial<SetPreferenceInput> & { worstPosition?: number } = {},
): SetPreferenceInput {
  const { worstPosition, ...changed } = more;
  return {
    turnId: turn.id,
    preferenceId: newId('preference'),
    ballot: {
      tiers: tiers.map((tier) => tier.map((position) => responseIdAt(turn, position))),
      worst: worstPosition === undefined ? null : responseIdAt(turn, worstPosition),
    },
    continueWith: null,
    reasons: [],
    worstReasons: [],
    feedback: '',
    circumstances: {
      panels: turn.responses.map(({ responseId, attempt, status }) => ({ responseId, attempt, status })),
      widthClass: 'wide',
      metricsVisible: true,
      msSinceFirstAnswer: 2_500,
      decidedMsAgo: 0,
    },
    ...changed,
  };
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

/** Watches a turn in process until `done`. Calls `onEvent` with the viewer after each event. */
export async function watch(
  harness: Harness,
  member: Member,
  options: { turnId: TurnId; onEvent?: (viewer: Viewer) => void; signal?: AbortSignal },
): Promise<Viewer> {
  const viewer = new Viewer();
  const signal = options.signal ?? new AbortController().signal;
  const events = watchVisible(harness.deps, { userId: member.person.id, turnId: options.turnId, signal });
  for await (const entry of events) {
    viewer.take(entry);
    options.onEvent?.(viewer);
  }
  return viewer;
}

/** The turn as stored. */
export async function stored(member: Member, turn: Pick<TurnView, 'id' | 'sessionId'>): Promise<TurnView> {
  const session = await member.call.session.get({ sessionId: turn.sessionId });
  const found = session.turns.find(({ id }) => id === turn.id);
  if (!found) throw new Error(`no turn ${turn.id}`);
  return {
    ...found,
    responses: await Promise.all(found.responses.map((response) => whole(member, response))),
  };
}

async function whole(member: Member, { isExcerpt, ...response }: ResponseView): Promise<ResponseView> {
  if (!isExcerpt) return response;
  const { text, reasoning } = await member.call.response.text({
    responseId: response.responseId,
    attempt: response.attempt,
  });
  return { ...response, text, reasoning };
}
