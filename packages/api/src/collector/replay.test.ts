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

/** The states that a panel goes through. */
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

test('says nothing until the log is where the panel is, then goes on from there', () => {
  expect(replayed(shown('one ', 'hm'), LOG).map(({ text }) => text)).toEqual(['one ', 'one two ']);
  expect(replayed(shown('one t', 'hm'), LOG).map(({ text }) => text)).toEqual(['one two ']);
});

test('gives all of the log to a panel that shows nothing', () => {
  const states = replayed({ ...shown(''), status: 'pending' }, LOG);
  expect(states.at(-1)).toMatchObject({ text: 'one two ', reasoning: 'hm', status: 'streaming' });
});

test('says nothing when the log ends before the panel', () => {
  expect(replayed(shown('one two three ', 'hm'), LOG)).toEqual([]);
});

test('replaces what the panel shows when the log says otherwise', () => {
  const [first] = replayed(shown('two ', 'hm'), LOG);
  expect(first).toMatchObject({ text: 'one ', reasoning: 'hm' });
});

test('takes the time to the first token from the log, on the clock of the runner', () => {
  expect(replayed(shown('', ''), LOG).at(-1)?.firstTokenMs).toBe(1_000);
});
