import { expect, test } from 'vitest';
import { post } from './http.ts';
import { EXIT_CODES } from './outcome.ts';
import { rehearse } from './rehearse.ts';
import { openBench } from './testing/harness.ts';

test('a rehearsal plays a whole run, and claims, asks and hands over nothing', async () => {
  await using bench = await openBench({ text: 'never asked for' });
  expect(await rehearse(post, bench.callback.url)).toBe(EXIT_CODES.completed);
  expect(bench.callback.claims).toEqual([]);
  expect(bench.callback.handOvers).toEqual([]);
  expect(bench.gateway.requests).toEqual([]);
});

test('a rehearsal does without a server', async () => {
  expect(await rehearse(post, 'http://127.0.0.1:9')).toBe(EXIT_CODES.completed);
  expect(await rehearse(post, undefined)).toBe(EXIT_CODES.completed);
});
