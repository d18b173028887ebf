import { expect, test } from 'vitest';
import { only, openBench, runHere, type Script, textOf } from './testing/harness.ts';

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

test.each(['gzip', 'deflate', 'raw-deflate', 'br', 'zstd'] as const)(
  'a stream packed as %s is read while it comes',
  async (encoding) => {
    const raw = [chunk('A packed'), { wait: 200 }, chunk(' answer 😀.', 'stop'), 'data: [DONE]\n\n'];
    await using bench = await openBench({ raw, encoding });
    const seenAt: number[] = [];
    const { code, events } = await runHere(bench, {
      onEvent: (event) => event.type === 'delta' && seenAt.push(performance.now()),
    });
    expect(code).toBe(0);
    expect(textOf(events)).toBe('A packed answer 😀.');
    expect((seenAt.at(-1) ?? 0) - (seenAt[0] ?? 0)).toBeGreaterThan(100);
  },
);

const broken: [string, Script][] = [
  ['is cut', { raw: [chunk('Half of')], encoding: 'gzip' }],
  ['is none', { raw: [chunk('Half of')], headers: { 'content-encoding': 'gzip' } }],
];
test.each(broken)('a packed stream that %s is a failure', async (_, script) => {
  await using bench = await openBench(script);
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('stream_broken');
});

test('a body in an unknown encoding is read without decoding', async () => {
  const raw = [chunk('Plain.', 'stop')];
  await using bench = await openBench({ raw, headers: { 'content-encoding': 'identity, none-such' } });
  expect(textOf((await runHere(bench)).events)).toBe('Plain.');
});
