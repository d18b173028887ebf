import { randomUUID } from 'node:crypto';
import { parseFeedId } from '@aideator/contract/feed';
import type { TurnId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';
import { runs } from '@aideator/db/schema/runs';
import { usage } from '@aideator/db/schema/usage';
import { eq, inArray } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Person } from '../context.ts';
import { createCaller } from '../root.ts';
import { watchVisible } from '../services/viewing/watch-visible.ts';
import type { Replica } from './replica.ts';
import { stored, Viewer } from './turns.ts';

/** The API of one replica, called as this person. */
export const callerAt = (replica: Replica, person: Person) =>
  createCaller({ deps: replica.deps, person, clientAddress: 'test' });

/** Submits a comparison at a replica. */
export async function compareAt(replica: Replica, person: Person, modelIds: string[]): Promise<TurnView> {
  const input = {
    mode: 'compare' as const,
    prompt: 'Why?',
    panels: modelIds.map((modelId) => ({ modelId })),
    idempotencyKey: randomUUID(),
  };
  return (await callerAt(replica, person).turn.submit(input)).turn;
}

/**
 * Watches a turn at a replica until `done`. Throws if the text of a response ever shrinks or changes: viewers must only
 * see it grow.
 */
export async function viewAt(
  replica: Replica,
  person: Person,
  options: { turnId: TurnId; onEvent?: (viewer: Viewer) => void; signal?: AbortSignal },
): Promise<Viewer> {
  const viewer = new Viewer();
  const { turnId, signal = new AbortController().signal } = options;
  for await (const entry of watchVisible(replica.deps, { userId: person.id, turnId, signal })) {
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

/** True when every response has at least this many characters. */
export const hasSeen = (viewer: Viewer, length: number): boolean =>
  viewer.states.length > 0 && viewer.states.every(({ text }) => text.length >= length);

/** The epochs of the events that a viewer received. */
export const epochsOf = (viewer: Viewer): Set<number | undefined> =>
  new Set(viewer.entries.map(({ id }) => parseFeedId(id)?.epoch));

/** Expects each response of the turn to be completed with its whole text and recorded once. */
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
