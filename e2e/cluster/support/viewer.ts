import { setTimeout as delay } from 'node:timers/promises';
import type { HttpPerson } from '@aideator/api/testing/person';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnView } from '@aideator/contract/views';
import type { ScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { expect } from 'vitest';

export interface Viewing {
  /** Addresses to watch the turn at, tried in turn. */
  addresses: () => Promise<string[]>;
  /** Called after each event. */
  onStates?: (states: readonly ResponseState[]) => void;
}

export interface Viewed {
  states: readonly ResponseState[];
  /** The longest time without an event, in milliseconds. */
  longestGapMs: number;
}

const RECONNECT_MS = 200;
const RECONNECTS_MAX = 400;

/** Watches a turn to its end as a browser does: it reconnects after the last id. Fails if a text ever becomes shorter. */
export async function view(person: HttpPerson, turn: TurnView, viewing: Viewing): Promise<Viewed> {
  let states: readonly ResponseState[] = [];
  let [lastMs, longestGapMs] = [performance.now(), 0];
  for await (const { event, atMs } of events(person, turn, viewing.addresses)) {
    longestGapMs = Math.max(longestGapMs, atMs - lastMs);
    lastMs = atMs;
    const before = states;
    states = applyTurnEvent(before, event);
    expectNoShorter(before, states);
    viewing.onStates?.(states);
    if (event.type === 'done') return { states, longestGapMs };
  }
  throw new Error(`the turn did not end: ${JSON.stringify(states.map(({ status }) => status))}`);
}

async function* events(person: HttpPerson, turn: TurnView, addresses: Viewing['addresses']) {
  let last: string | undefined;
  for (let tries = 0; tries < RECONNECTS_MAX; tries += 1) {
    try {
      const all = await addresses();
      for await (const next of person.at(all[tries % all.length] ?? '').events(turn.id, last)) {
        last = next.id;
        yield next;
      }
    } catch {
      // The address no longer exists, or does not exist yet.
    }
    await delay(RECONNECT_MS);
  }
}

function expectNoShorter(before: readonly ResponseState[], after: readonly ResponseState[]): void {
  for (const [i, { text, attempt }] of after.entries()) {
    const earlier = before[i];
    if (earlier?.attempt === attempt) expect(text.length).toBeGreaterThanOrEqual(earlier.text.length);
  }
}

/**
 * Checks that the text shown equals, byte for byte, what the gateway sent and what is stored, and that each model was called
 * once. `asked` selects the calls of the turn by a part of its prompt.
 */
export async function expectWhole(
  person: HttpPerson,
  turn: TurnView,
  given: { states: readonly ResponseState[]; gateway: ScriptedGateway; address: string },
): Promise<void> {
  const { states, gateway, address } = given;
  expect(states.map(({ status, error }) => error ?? status)).toEqual(states.map(() => 'completed'));
  const calls = gateway.requests.filter(({ body }) => JSON.stringify(body.messages).includes(turn.prompt));
  expect(calls.map(({ model }) => model).sort()).toEqual(turn.responses.map(({ modelId }) => modelId).sort());
  const sent = new Map(calls.map((call) => [call.model, call.sentText()]));
  const stored = await storedTexts(person.at(address), turn);
  for (const [i, { text }] of states.entries()) {
    const modelId = turn.responses[i]?.modelId ?? '';
    expect(text).toBe(sent.get(modelId));
    expect(stored.get(modelId)).toBe(text);
  }
}

/** The texts by model. */
export async function storedTexts(person: HttpPerson, turn: TurnView): Promise<Map<string, string>> {
  const { turns } = await person.session(turn.sessionId);
  const responses = turns.find(({ id }) => id === turn.id)?.responses ?? [];
  const texts = responses.map(async (response) => [response.modelId, await person.text(response)] as const);
  return new Map(await Promise.all(texts));
}
