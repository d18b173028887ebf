import { STREAMS_PER_PERSON_MAX } from '@aideator/contract/limits';
import { expect, test } from 'vitest';
import { HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { startHarness } from './testing/harness.ts';
import { compare, until } from './testing/turns.ts';

test('beyond the limit a person’s oldest stream ends with a reason, and no stream is left when viewers leave', async () => {
  const backend = new HandDrivenBackend();
  await using harness = await startHarness({ wrapBackend: () => backend });
  const ann = await harness.member();
  const { turn } = await compare(ann, ['a']);
  const input = encodeURIComponent(JSON.stringify({ json: { turnId: turn.id } }));
  const leaving = new AbortController();
  const open = async (): Promise<Response> =>
    fetch(`${harness.baseUrl}/trpc/turn.events?input=${input}`, {
      headers: harness.headersOf(ann),
      signal: leaving.signal,
    });
  const oldest = await open();
  await until('the first stream is open', () => harness.deps.streams.size === 1);
  await Promise.all(Array.from({ length: STREAMS_PER_PERSON_MAX }, open));
  const text = await oldest.text();
  expect(text).toContain('too_many_streams');
  expect(text).toContain('event: serialized-error');
  expect(harness.deps.streams.size).toBe(STREAMS_PER_PERSON_MAX);
  // Calls work while all of them are open.
  expect((await ann.call.account.status()).hasUsers).toBe(true);
  leaving.abort();
  await until('every stream is closed', () => harness.deps.streams.size === 0);
  await backend.close();
});
