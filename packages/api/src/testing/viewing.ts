import { randomUUID } from 'node:crypto';
import type { TurnView } from '@aideator/contract/views';
import type { Person } from '../context.ts';
import { createCaller } from '../root.ts';
import { watchTurn } from '../services/watch-turn.ts';
import type { Replica } from './replica.ts';
import { Viewer } from './turns.ts';

/** The API as a person has it at one replica. */
export const callerAt = (replica: Replica, person: Person) =>
  createCaller({ deps: replica.deps, person, clientAddress: 'test' });

/** Submits a comparison at a replica. */
export async function compareAt(replica: Replica, person: Person, modelIds: string[]): Promise<TurnView> {
  const input = { prompt: 'Why?', modelIds, mode: 'compare' as const, idempotencyKey: randomUUID() };
  return (await callerAt(replica, person).turn.submit(input)).turn;
}

/**
 * Watches a turn at a replica until `done`, and sees to it that no panel's text ever becomes shorter, or another, on the
 * way: what is shown only grows.
 */
export async function viewAt(
  replica: Replica,
  person: Person,
  options: { turnId: string; onEvent?: (viewer: Viewer) => void; signal?: AbortSignal },
): Promise<Viewer> {
  const viewer = new Viewer();
  const { turnId, signal = new AbortController().signal } = options;
  for await (const entry of watchTurn(replica.deps, { userId: person.id, turnId, signal })) {
    const before = viewer.states;
    viewer.take(entry);
    for (const [i, { attempt, text }] of before.entries()) {
      const after = viewer.state(i);
      if (after.attempt === attempt && !after.text.startsWith(text)) {
        throw new Error(
          `the text of ${i} went from ${text.length} to ${after.text.length} characters at ${entry.id}`,
        );
      }
    }
    options.onEvent?.(viewer);
  }
  return viewer;
}
