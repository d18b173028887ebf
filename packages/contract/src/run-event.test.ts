import { describe, expect, test } from 'vitest';
import { newId } from './ids.ts';
import { parseRunEventLine } from './run-event.ts';

const envelope = { v: 1, runId: newId('run'), attempt: 1, seq: 0, at: '2026-01-01T00:00:00.000Z' };
const line = (body: object) => JSON.stringify({ ...envelope, ...body });

describe('a line of a runner', () => {
  test('of a known type is parsed', () => {
    expect(parseRunEventLine(line({ type: 'delta', text: 'hi' }))).toMatchObject({
      type: 'delta',
      text: 'hi',
      seq: 0,
    });
  });

  test('of an unknown type of this version is skipped', () => {
    expect(parseRunEventLine(line({ type: 'telepathy', strength: 3 }))).toBeUndefined();
  });

  test.each([2, 0, 99])('of version %d is refused with both versions in the text', (v) => {
    expect(() => parseRunEventLine(line({ v, type: 'delta', text: 'x' }))).toThrow(
      `runner speaks version ${v}, this server 1`,
    );
  });

  test.each([
    '',
    'not json',
    '{"v":1',
    'null',
    '42',
    '"text"',
    '[]',
    '{"type":"done"}',
    '(node:1) Warning: x',
  ])('that is not a protocol line (%j) is skipped', (text) => {
    expect(parseRunEventLine(text)).toBeUndefined();
  });

  test.each([
    ['negative usage', { type: 'usage', usage: { inputTokens: -1, outputTokens: 1, estimated: false } }],
    [
      'usage beyond an integer column',
      { type: 'usage', usage: { inputTokens: 2 ** 31, outputTokens: 1, estimated: false } },
    ],
    ['no seq', { type: 'heartbeat', seq: undefined }],
    ['a text that is not a string', { type: 'delta', text: 7 }],
  ])('with %s is a protocol error', (_, body) => {
    expect(() => parseRunEventLine(line(body))).toThrow(expect.objectContaining({ code: 'run_protocol' }));
  });
});
