import { applyPatch } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import { newId } from '@aideator/contract/ids';
import type { RunEvent } from '@aideator/contract/run-event';
import { expect, test } from 'vitest';
import { createReplay } from './replay.ts';

const RUN = newId('run');
const at = (seconds: number) => new Date(1_790_000_000_000 + seconds * 1_000).toISOString();
const started: RunEvent = { v: 1, runId: RUN, attempt: 1, seq: 0, at: at(0), type: 'started', model: 'm' };
const delta = (seq: number, given: { text?: string; reasoning?: string }): RunEvent => ({
  v: 1,
  runId: RUN,
  attempt: 1,
  seq,
  at: at(seq),
  type: 'delta',
  ...given,
});

const shown = (text: string, reasoning = ''): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'streaming',
  text,
  reasoning,
  firstTokenMs: 700,
});

/** The states that a response goes through. */
function replayed(from: ResponseState, events: readonly RunEvent[]): ResponseState[] {
  const replay = createReplay(from);
  let state = from;
  return events.flatMap((event) => {
    const change = replay(event);
    if (!change) return [];
    state = applyPatch(state, change);
    return [state];
  });
}

const LOG = [started, delta(1, { reasoning: 'hm' }), delta(2, { text: 'one ' }), delta(3, { text: 'two ' })];

test('returns no patch until the log reaches the shown state, then continues from there', () => {
  expect(replayed(shown('one ', 'hm'), LOG).map(({ text }) => text)).toEqual(['one ', 'one two ']);
  expect(replayed(shown('one t', 'hm'), LOG).map(({ text }) => text)).toEqual(['one two ']);
});

test('returns the whole log for a response without text', () => {
  const states = replayed({ ...shown(''), status: 'pending' }, LOG);
  expect(states.at(-1)).toMatchObject({ text: 'one two ', reasoning: 'hm', status: 'streaming' });
});

test('returns no patch when the log ends before the shown state', () => {
  expect(replayed(shown('one two three ', 'hm'), LOG)).toEqual([]);
});

test('replaces the shown text when the log differs from it', () => {
  const [first] = replayed(shown('two ', 'hm'), LOG);
  expect(first).toMatchObject({ text: 'one ', reasoning: 'hm' });
});

test('takes the times to the first token and the first word from the log, on the runner’s clock', () => {
  expect(replayed(shown('', ''), LOG).at(-1)).toMatchObject({ firstTokenMs: 1_000, firstTextMs: 2_000 });
});

test('counts the time to the first word again when the text so far turns out to be thoughts', () => {
  const moved: RunEvent = { v: 1, runId: RUN, attempt: 1, seq: 3, at: at(3), type: 'text_moved' };
  const log = [
    started,
    delta(1, { text: '\n' }),
    delta(2, { text: 'hm' }),
    moved,
    delta(4, { text: 'one ' }),
  ];
  const states = replayed({ ...shown(''), status: 'pending' }, log);
  expect(states.map(({ firstTextMs }) => firstTextMs)).toEqual([
    undefined,
    undefined,
    2_000,
    undefined,
    4_000,
  ]);
});
