import { expect, test } from 'vitest';
import { createSseParser, SseTooLongError } from './sse.ts';

function parse(text: string, size: number): string[] {
  const bytes = Buffer.from(text);
  const parser = createSseParser();
  const events: string[] = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));
  return [...events, ...parser.end()];
}

const STREAM =
  '\uFEFFdata: {"a":"😀é"}\n\n: a comment\n\nevent: x\r\ndata: one\r\ndata:two\r\ndata\r\n\r\nid: 7\ndata:  spaced\n\ndata: cr\r\rretry: 5\n\ndatax: no\n\ndata: [DONE]';

test('events are the same however the bytes are cut', () => {
  for (let size = 1; size <= Buffer.byteLength(STREAM); size += 1) {
    expect(parse(STREAM, size), `pieces of ${size}`).toEqual([
      '{"a":"😀é"}',
      'one\ntwo\n',
      ' spaced',
      'cr',
      '[DONE]',
    ]);
  }
});

test('data that looks like an event stream stays data', () => {
  expect(parse('data: "data: [DONE]\\n\\ndata: x"\n\n', 3)).toEqual(['"data: [DONE]\\n\\ndata: x"']);
});

test('an event over the size limit is refused, also in many lines', () => {
  const one = createSseParser(100);
  expect(() => one.push(Buffer.from(`data: ${'x'.repeat(200)}`))).toThrow(SseTooLongError);
  const many = createSseParser(100);
  expect(() => many.push(Buffer.from('data: 0123456789\n'.repeat(20)))).toThrow(SseTooLongError);
});
