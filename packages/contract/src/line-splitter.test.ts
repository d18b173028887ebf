import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

test('lines are whole whatever the chunks', () => {
  const bytes = Buffer.from('{"a":"😀"}\n\nzwei\nhalf');
  for (let size = 1; size <= bytes.length; size += 1) {
    const splitter = createLineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    expect([...lines, ...splitter.end()]).toEqual(['{"a":"😀"}', 'zwei', 'half']);
  }
});

test('a line over the limit is dropped and the next one is whole', () => {
  const splitter = createLineSplitter(10);
  const lines = ['short\n', 'x'.repeat(7), 'x'.repeat(7), 'x\n1234567890\n', 'y'.repeat(11)].flatMap((text) =>
    splitter.push(Buffer.from(text)),
  );
  expect([...lines, ...splitter.end()]).toEqual(['short', '1234567890']);
  expect(splitter.dropped).toBe(2);
});

test('an endless line is buffered up to the limit only', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const held = (): number => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const splitter = createLineSplitter();
  const before = held();
  for (let i = 0; i < 100; i += 1) splitter.push(Buffer.alloc(1024 * 1024, 'x'));
  // V8 frees the memory of dead buffers on another thread, some time after the collection.
  await vi.waitFor(() => expect(held() - before).toBeLessThan(10 * 1024 * 1024), 10_000);
  expect(splitter.push(Buffer.from('\nnext\n'))).toEqual(['next']);
}, 15_000);
