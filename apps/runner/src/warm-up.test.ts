import { expect, test } from 'vitest';
import { post } from './http.ts';
import { EXIT_CODES } from './outcome.ts';
import { openBench } from './testing/harness.ts';
import { warmUp } from './warm-up.ts';

test('a warm-up executes a whole run without a claim, a gateway call or a hand-over', async () => {
  await using bench = await openBench({ text: 'never asked for' });
  expect(await warmUp(post, bench.callback.url)).toBe(EXIT_CODES.completed);
  expect(bench.callback.claims).toEqual([]);
  expect(bench.callback.handOvers).toEqual([]);
  expect(bench.gateway.requests).toEqual([]);
});

test('a warm-up needs no server', async () => {
  expect(await warmUp(post, 'http://127.0.0.1:9')).toBe(EXIT_CODES.completed);
  expect(await warmUp(post, undefined)).toBe(EXIT_CODES.completed);
});
