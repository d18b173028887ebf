import type { HttpPerson } from '@aideator/api/testing/person';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnView } from '@aideator/contract/views';

export interface TurnToView<T> {
  /** At the web pod that is to collect the turn: the one that is asked for it. */
  asks: HttpPerson;
  /** At the web pod from which the turn is watched. */
  watches: HttpPerson;
  models: string[];
  /** Done once, when each answer has so many characters. */
  midway: { characters: number; act: (turn: TurnView) => Promise<T> };
}

/** From `atMs` on (of `performance.now()`) the viewer had so many characters. */
export interface Arrival {
  characters: number;
  atMs: number;
}

export interface ViewedTurn<T> {
  turn: TurnView;
  submittedMs: number;
  /** By response. */
  arrivals: ReadonlyMap<string, readonly Arrival[]>;
  states: readonly ResponseState[];
  midway: T;
}

/** Submits a turn and watches it to its end. Rejects when an answer came to no good end. */
export async function viewTurn<T>(what: TurnToView<T>): Promise<ViewedTurn<T>> {
  const { characters, act } = what.midway;
  const submittedMs = performance.now();
  const turn = await what.asks.submit(what.models, 'Why is the sky blue?');
  const arrivals = new Map(turn.responses.map(({ responseId }): [string, Arrival[]] => [responseId, []]));
  let states: readonly ResponseState[] = [];
  let midway: Promise<T> | undefined;
  for await (const { event, atMs } of what.watches.events(turn.id)) {
    states = applyTurnEvent(states, event);
    for (const { responseId, text } of states) {
      const seen = arrivals.get(responseId);
      if (text.length > (seen?.at(-1)?.characters ?? 0)) seen?.push({ characters: text.length, atMs });
    }
    if (!midway && states.every(({ text }) => text.length >= characters)) {
      midway = act(turn);
      // Waited for at the end; a failure until then is told there.
      midway.catch(() => undefined);
    }
    if (event.type === 'done') break;
  }
  const bad = states.find(({ status }) => status !== 'completed' && status !== 'cancelled');
  if (bad) throw new Error(`an answer ended as ${bad.status}: ${JSON.stringify(bad.error)}`);
  if (!midway) throw new Error(`the turn ended before each answer had ${characters} characters`);
  return { turn, submittedMs, arrivals, states, midway: await midway };
}
