import type { HttpPerson } from '@aideator/api/testing/person';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { ResponseId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';

export interface TurnToView<T> {
  /** Connected to the web pod that receives the submit and so collects the turn. */
  asks: HttpPerson;
  /** Connected to the web pod from which the turn is viewed. */
  watches: HttpPerson;
  models: string[];
  /** Called once, when every answer has this many characters. */
  midway: { characters: number; act: (turn: TurnView) => Promise<T> };
}

/** The viewer had this many characters from `atMs` on (`performance.now()`). */
export interface Arrival {
  characters: number;
  atMs: number;
}

export interface ViewedTurn<T> {
  turn: TurnView;
  submittedMs: number;
  /** Keyed by response id. */
  arrivals: ReadonlyMap<ResponseId, readonly Arrival[]>;
  states: readonly ResponseState[];
  midway: T;
}

/** Submits a turn and views it to its end. Rejects when a response does not complete. */
export async function viewTurn<T>(what: TurnToView<T>): Promise<ViewedTurn<T>> {
  const { characters, act } = what.midway;
  const submittedMs = performance.now();
  const turn = await what.asks.submit(what.models, 'Why is the sky blue?');
  const arrivals = new Map(turn.responses.map(({ responseId }): [ResponseId, Arrival[]] => [responseId, []]));
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
      // Awaited at the end, where a failure surfaces.
      midway.catch(() => undefined);
    }
    if (event.type === 'done') break;
  }
  const bad = states.find(({ status }) => status !== 'completed' && status !== 'cancelled');
  if (bad) throw new Error(`an answer ended as ${bad.status}: ${JSON.stringify(bad.error)}`);
  if (!midway) throw new Error(`the turn ended before each answer had ${characters} characters`);
  return { turn, submittedMs, arrivals, states, midway: await midway };
}
