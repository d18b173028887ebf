import { parseFeedId } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { compare, stored, Viewer, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

beforeAll(async () => {
  harness = await startHarness();
  ann = await harness.member();
});
afterAll(() => harness[Symbol.asyncDispose]());

interface SseMessage {
  id?: string;
  event?: string;
  data: string;
}

/** Server-sent events of one connection, as a browser would see them. */
async function* connect(turnId: TurnId, lastEventId?: string): AsyncGenerator<SseMessage> {
  const input = encodeURIComponent(
    JSON.stringify({ json: { turnId, ...(lastEventId === undefined ? {} : { lastEventId }) } }),
  );
  const response = await fetch(`${harness.baseUrl}/trpc/turn.events?input=${input}`, {
    headers: { ...harness.headersOf(ann), accept: 'text/event-stream' },
  });
  if (!response.body) throw new Error('no body');
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): SseMessage {
  const message: SseMessage = { data: '' };
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') message.data += value;
    if (field === 'id' && value !== undefined) message.id = value;
    if (field === 'event' && value !== undefined) message.event = value;
  }
  return message;
}

const isTurnEvent = (message: SseMessage): message is SseMessage & { id: string } =>
  message.id !== undefined && message.event === undefined;

const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(60);

describe('a viewer', () => {
  test('that reconnects 20 times with its last id ends with the complete text and no duplicates', async () => {
    harness.gateway.setScript('a', { text: LONG, tokensPerSecond: 100 });
    const { turn } = await compare(ann, ['a']);
    const viewer = new Viewer();
    let last: string | undefined;
    let connections = 0;
    while (!viewer.done) {
      connections += 1;
      let taken = 0;
      for await (const message of connect(turn.id, last)) {
        if (!isTurnEvent(message)) continue;
        viewer.take({ id: message.id, event: (JSON.parse(message.data) as { json: TurnEvent }).json });
        last = message.id;
        taken += 1;
        if (connections <= 20 && taken === 1 && !viewer.done) break;
      }
    }
    expect(connections).toBeGreaterThan(20);
    expect(viewer.state(0).text).toBe(LONG);
    expect(viewer.entries.filter(({ event }) => event.type === 'snapshot')).toHaveLength(1);
    const ids = viewer.entries.map(({ id }) => parseFeedId(id)?.n ?? -1);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect((await stored(ann, turn)).responses[0]?.text).toBe(LONG);
  });

  test('that joins late gets a snapshot and then the same events', async () => {
    harness.gateway.setScript('a', { text: LONG, tokensPerSecond: 300 });
    const { turn } = await compare(ann, ['a']);
    let second: Promise<Viewer> | undefined;
    const first = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if ((states[0]?.text.length ?? 0) > 100) second ??= watch(harness, ann, { turnId: turn.id });
      },
    });
    const other = await second;
    expect(first.state(0).text).toBe(LONG);
    expect(other?.state(0).text).toBe(LONG);
    const [opening] = other?.entries ?? [];
    expect(opening?.event).toMatchObject({ type: 'snapshot' });
    expect(other?.entries.length).toBeLessThan(first.entries.length);
  });

  test('that leaves ends no run: the whole response is stored', async () => {
    harness.gateway.setScript('a', { text: LONG, tokensPerSecond: 400 });
    const { turn } = await compare(ann, ['a']);
    for await (const message of connect(turn.id)) if (isTurnEvent(message)) break;
    await watch(harness, ann, { turnId: turn.id });
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'completed', text: LONG });
  });

  test('of another person’s turn gets one error with a code that clients do not retry', async () => {
    const messages: SseMessage[] = [];
    for await (const message of connect('trn_00000000000000000000000000')) messages.push(message);
    const [failure] = messages.filter(({ event }) => event === 'serialized-error');
    expect(JSON.parse(failure?.data ?? 'null')).toMatchObject({
      json: { data: { appCode: 'not_found', httpStatus: 404 } },
    });
  });

  const junk = [
    '-1',
    '99999999999',
    '0-0',
    '9-99999',
    "1-1'; drop table turns; --",
    'x'.repeat(5_000),
    '',
    '1-1\n\ndata: x',
  ];
  test.each(junk)('with the invalid last id %j gets a snapshot and done', async (lastEventId) => {
    harness.gateway.setScript('a', { text: 'short' });
    const { turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    const types: string[] = [];
    for await (const message of connect(turn.id, lastEventId)) {
      if (isTurnEvent(message)) types.push((JSON.parse(message.data) as { json: TurnEvent }).json.type);
    }
    expect(types).toEqual(['snapshot', 'done']);
  });
});
