import { RESPONSE_EXCERPT_CHARS, TURN_PAGE_CHARS_MAX, TURNS_PER_PAGE_MAX } from '@aideator/contract/limits';
import { createSession } from '@aideator/db/queries/sessions';
import { createTurn } from '@aideator/db/queries/turns';
import { responses } from '@aideator/db/schema/responses';
import { turns } from '@aideator/db/schema/turns';
import { turnInput } from '@aideator/db/testing/factory';
import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { type Harness, type Member, startHarness } from './testing/harness.ts';

const backend = new HandDrivenBackend();
let harness: Harness;
let ann: Member;
beforeAll(async () => {
  harness = await startHarness({ wrapBackend: () => backend });
});
afterAll(async () => {
  await backend.close();
  await harness[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ann = await harness.member();
});

/** A session of finished turns, all with the same prompt and texts. */
async function makeSession(given: {
  turns: number;
  models?: number;
  text: string;
  reasoning?: string;
  prompt?: string;
}) {
  const { db } = harness.deps;
  const userId = ann.person.id;
  const { id: sessionId } = await createSession(db, { userId, title: 'New chat' });
  for (let i = 0; i < given.turns; i += 1) {
    const input = turnInput({ userId, sessionId, models: given.models ?? 1 });
    await createTurn(db, { ...input, prompt: given.prompt ?? 'Why?' });
    await db
      .update(responses)
      .set({ status: 'completed', text: given.text, reasoning: given.reasoning ?? '' })
      .where(eq(responses.turnId, input.id));
  }
  return sessionId;
}

const numbers = (page: { turns: readonly { number: number }[] }) => page.turns.map(({ number }) => number);
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a session with many turns', () => {
  test('is sent with the newest turns, and older ones follow page by page without repeats', async () => {
    const total = 2 * TURNS_PER_PAGE_MAX + 3;
    const sessionId = await makeSession({ turns: total, text: 'x' });
    const first = await ann.call.session.get({ sessionId });
    expect(numbers(first)).toEqual(upTo(total - TURNS_PER_PAGE_MAX + 1, total));
    const second = await ann.call.session.turns({ sessionId, before: first.olderBefore ?? expect.fail() });
    expect(numbers(second)).toEqual(upTo(4, TURNS_PER_PAGE_MAX + 3));
    const third = await ann.call.session.turns({ sessionId, before: second.olderBefore ?? expect.fail() });
    expect(numbers(third)).toEqual([1, 2, 3]);
    expect(third.olderBefore).toBeNull();
  });

  test('is sent with at most one page of text, but always with its newest turn', async () => {
    const prompt = 'p'.repeat(190_000);
    const sessionId = await makeSession({ turns: 8, text: 'x', prompt });
    const page = await ann.call.session.get({ sessionId });
    expect(numbers(page)).toEqual([4, 5, 6, 7, 8]);
    expect(JSON.stringify(page).length).toBeLessThan(TURN_PAGE_CHARS_MAX * 1.1);
    await harness.deps.db
      .update(turns)
      .set({ prompt: 'p'.repeat(TURN_PAGE_CHARS_MAX + 1) })
      .where(
        inArray(
          turns.id,
          page.turns.map(({ id }) => id),
        ),
      );
    expect(numbers(await ann.call.session.get({ sessionId }))).toEqual([8]);
  });
});

describe('long answers', () => {
  const text = '🦊'.repeat(RESPONSE_EXCERPT_CHARS) + 'the end';

  test('are sent as excerpts, and whole on request', async () => {
    const sessionId = await makeSession({ turns: 1, models: 3, text, reasoning: 'r'.repeat(50_000) });
    const [turn] = (await ann.call.session.get({ sessionId })).turns;
    for (const response of turn?.responses ?? expect.fail()) {
      expect(response.isExcerpt).toBe(true);
      expect(response.text).toBe('🦊'.repeat(RESPONSE_EXCERPT_CHARS));
      expect(response.reasoning).toHaveLength(RESPONSE_EXCERPT_CHARS);
      const { responseId, attempt } = response;
      expect(await ann.call.response.text({ responseId, attempt })).toEqual({
        attempt,
        text,
        reasoning: 'r'.repeat(50_000),
      });
      await expect(ann.call.response.text({ responseId, attempt: attempt + 1 })).rejects.toMatchObject({
        cause: { code: 'conflict' },
      });
    }
  });

  test('that fit are whole and not marked', async () => {
    const sessionId = await makeSession({ turns: 1, text: 'x'.repeat(RESPONSE_EXCERPT_CHARS) });
    const [response] = (await ann.call.session.get({ sessionId })).turns[0]?.responses ?? [];
    expect(response).not.toHaveProperty('isExcerpt');
    expect(response?.text).toHaveLength(RESPONSE_EXCERPT_CHARS);
  });

  test('of 2 MB each are not sent with a retry either', async () => {
    const sessionId = await makeSession({ turns: 1, models: 6, text: 'x'.repeat(2_000_000) });
    const [turn] = (await ann.call.session.get({ sessionId })).turns;
    await harness.deps.db
      .update(responses)
      .set({ modelId: 'a' })
      .where(eq(responses.turnId, turn?.id ?? expect.fail()));
    const retried = await ann.call.response.retry({
      responseId: turn?.responses[0]?.responseId ?? expect.fail(),
    });
    expect(JSON.stringify(retried).length).toBeLessThan(300_000);
  });
});
