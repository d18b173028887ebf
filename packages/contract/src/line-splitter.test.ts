import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

test('lines are whole however their bytes are cut, also within a character', () => {
  const bytes = Buffer.from('{"a":"😀"}\n\nzwei\nhalf');
  for (let size = 1; size <= bytes.length; size += 1) {
    const splitter = createLineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    expect([...lines, ...splitter.end()]).toEqual(['{"a":"😀"}', 'zwei', 'half']);
  }
});

test('a line over the bound is left out and the next one is whole', () => {
  const splitter = createLineSplitter(10);
  const lines = ['short\n', 'x'.repeat(7), 'x'.repeat(7), 'x\n1234567890\n', 'y'.repeat(11)].flatMap((text) =>
    splitter.push(Buffer.from(text)),
  );
  expect([...lines, ...splitter.end()]).toEqual(['short', '1234567890']);
  expect(splitter.dropped).toBe(2);
});

test('of a line without end no more than the bound is held', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const splitter = createLineSplitter();
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 100; i += 1) splitter.push(Buffer.alloc(1024 * 1024, 'x'));
  collectGarbage();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  expect(splitter.push(Buffer.from('\nnext\n'))).toEqual(['next']);
});
