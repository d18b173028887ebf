import type { FeedEntry } from '@aideator/contract/feed';
import type { ResponseState } from '@aideator/contract/frames';
import { expect, test } from 'vitest';
import { viewerEvents } from './viewer-events.ts';

const state = (text: string): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'streaming',
  text,
  reasoning: '',
});
const snapshot = (id: string, text: string): FeedEntry => ({
  id,
  event: { type: 'snapshot', responses: [state(text)] },
});
const frame = (id: string, text: string): FeedEntry => ({
  id,
  event: { type: 'frame', patches: [{ responseId: 'rsp_1', appendText: text }] },
});
const done = (id: string): FeedEntry => ({ id, event: { type: 'done' } });

test('a new viewer gets the backlog as one snapshot under its last id', () => {
  expect(viewerEvents([snapshot('1-0', 'a'), frame('1-1', 'b'), frame('1-2', 'c')], undefined)).toEqual([
    snapshot('1-2', 'abc'),
  ]);
});

test('an up-to-date viewer gets the difference as one frame', () => {
  expect(viewerEvents([frame('1-3', 'd'), frame('1-4', 'e')], '1-2')).toEqual([frame('1-4', 'de')]);
});

test('a snapshot in between is not sent to a viewer that already has its state', () => {
  expect(viewerEvents([frame('1-3', 'd'), snapshot('1-4', 'abcd'), frame('1-5', 'e')], '1-2')).toEqual([
    frame('1-5', 'de'),
  ]);
});

test('a viewer whose position was trimmed starts from a snapshot', () => {
  expect(viewerEvents([snapshot('1-9', 'abc'), frame('1-10', 'd')], '1-2')).toEqual([
    snapshot('1-10', 'abcd'),
  ]);
});

test('a new collector’s entries start from its snapshot', () => {
  expect(viewerEvents([frame('1-3', 'x'), snapshot('2-0', 'ab'), frame('2-1', 'c')], '1-2')).toEqual([
    snapshot('2-1', 'abc'),
  ]);
});

test('the snapshot after a gap within a batch replaces the missing entries, even for an up-to-date viewer', () => {
  const batch = [frame('1-3', 'd'), snapshot('1-5', 'abcdef'), frame('1-6', 'g')];
  expect(viewerEvents(batch, '1-2')).toEqual([snapshot('1-6', 'abcdefg')]);
  expect(viewerEvents([snapshot('1-5', 'abcdef'), frame('1-6', 'g')], '1-3')).toEqual([
    snapshot('1-6', 'abcdefg'),
  ]);
});

test('the next number at another epoch does not follow directly', () => {
  expect(viewerEvents([snapshot('2-3', 'abc'), frame('2-4', 'd')], '1-2')).toEqual([snapshot('2-4', 'abcd')]);
});

test('done is the last event, on its own', () => {
  expect(viewerEvents([frame('1-3', 'd'), done('1-4')], '1-2')).toEqual([frame('1-3', 'd'), done('1-4')]);
  expect(viewerEvents([done('1-4')], '1-3')).toEqual([done('1-4')]);
});

test('a wait that is over by the end of a batch is not sent, nor its error and retry time', () => {
  const responseId = 'rsp_1';
  const error = { code: 'provider_rate_limited' as const };
  const waiting = { responseId, status: 'waiting' as const, error, retryAt: '2026-01-01T00:00:00.000Z' };
  const streaming = { responseId, status: 'streaming' as const, appendText: 'd' };
  const frameOf = (id: string, patch: object) =>
    ({ id, event: { type: 'frame', patches: [patch] } }) as FeedEntry;
  expect(viewerEvents([frameOf('1-3', waiting), frameOf('1-4', streaming)], '1-2')).toEqual([
    frameOf('1-4', streaming),
  ]);
  expect(viewerEvents([frameOf('1-3', waiting), frame('1-4', 'd')], '1-2')).toEqual([
    frameOf('1-4', { ...waiting, appendText: 'd' }),
  ]);
});
