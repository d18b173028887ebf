import { randomUUID } from 'node:crypto';
import { parseFeedId } from '@aideator/contract/feed';
import type { TurnView } from '@aideator/contract/views';
import { runs } from '@aideator/db/schema/runs';
import { usage } from '@aideator/db/schema/usage';
import { eq, inArray } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Person } from '../context.ts';
import { createCaller } from '../root.ts';
import { watchTurn } from '../services/watch-turn.ts';
import type { Replica } from './replica.ts';
import { stored, Viewer } from './turns.ts';

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

/** True when every panel shows at least so many characters. */
export const hasSeen = (viewer: Viewer, length: number): boolean =>
  viewer.states.length > 0 && viewer.states.every(({ text }) => text.length >= length);

/** The epochs of the collectors that a viewer has heard. */
export const epochsOf = (viewer: Viewer): Set<number | undefined> =>
  new Set(viewer.entries.map(({ id }) => parseFeedId(id)?.epoch));

/** Each response of the turn is complete with its text, and was recorded once. */
export async function expectRecordedOnce(
  at: { replica: Replica; person: Person },
  turn: TurnView,
  texts: string[],
): Promise<void> {
  const { replica, person } = at;
  const { responses } = await stored({ person, call: callerAt(replica, person) }, turn);
  expect(responses.map(({ status, text }) => [status, text])).toEqual(
    texts.map((text) => ['completed', text]),
  );
  const ids = responses.map(({ responseId }) => responseId);
  const rows = await replica.deps.db
    .select({ id: usage.id })
    .from(usage)
    .innerJoin(runs, eq(runs.id, usage.runId))
    .where(inArray(runs.responseId, ids));
  expect(rows).toHaveLength(texts.length);
}
