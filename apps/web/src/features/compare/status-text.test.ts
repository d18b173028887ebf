import type { ResponseState } from '@aideator/contract/frames';
import { describe, expect, it } from 'vitest';
import { announcement, endingNote, lookOf, secondsUntil, troubleOf } from './status-text.ts';

const state = (more: Partial<ResponseState>): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'pending',
  text: '',
  reasoning: '',
  ...more,
});

describe('the look of a panel', () => {
  it('is told by what has arrived when only `running` is known', () => {
    expect(lookOf(state({ status: 'running' }))).toBe('starting');
    expect(lookOf(state({ status: 'running', reasoning: 'hm' }))).toBe('thinking');
    expect(lookOf(state({ status: 'running', reasoning: 'hm', text: 'a' }))).toBe('streaming');
  });

  it('is the status otherwise', () => {
    expect(lookOf(state({ status: 'pending' }))).toBe('starting');
    expect(lookOf(state({ status: 'waiting' }))).toBe('waiting');
    expect(lookOf(state({ status: 'interrupted' }))).toBe('interrupted');
  });
});

describe('what is said', () => {
  it('names the output limit, and only of a completed answer', () => {
    expect(endingNote(state({ status: 'completed', finishReason: 'length' }))).toBe(
      'Cut at the output limit',
    );
    expect(endingNote(state({ status: 'completed', finishReason: 'stop' }))).toBeUndefined();
    expect(endingNote(state({ status: 'streaming', finishReason: 'length' }))).toBeUndefined();
  });

  it('gives the reason for people and the detail of the provider', () => {
    const trouble = troubleOf(
      state({ status: 'failed', error: { code: 'provider_auth', detail: '401: bad key' } }),
    );
    expect(trouble?.title).toContain('did not accept the key');
    expect(trouble?.detail).toBe('401: bad key');
  });

  it('counts down to the retry and never below zero', () => {
    expect(secondsUntil('2026-01-01T00:00:05.500Z', Date.parse('2026-01-01T00:00:00Z'))).toBe(6);
    expect(secondsUntil('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:09Z'))).toBe(0);
    expect(secondsUntil('nonsense', 0)).toBe(0);
    expect(secondsUntil(undefined, 0)).toBe(0);
  });
});

describe('announcements', () => {
  it('tell start and end, once, and no token', () => {
    expect(announcement('M', 'pending', state({ status: 'streaming', text: 'a' }))).toBe(
      'M started answering.',
    );
    expect(announcement('M', 'streaming', state({ status: 'streaming', text: 'ab' }))).toBeUndefined();
    expect(announcement('M', 'thinking', state({ status: 'streaming', text: 'ab' }))).toBeUndefined();
    expect(announcement('M', 'streaming', state({ status: 'completed' }))).toBe('M finished.');
  });

  it('tell the reason of a failure', () => {
    const failed = state({ status: 'failed', error: { code: 'answer_empty' } });
    expect(announcement('M', 'pending', failed)).toBe(
      'M failed. The model returned no text. Retry, or choose another model.',
    );
  });

  it('say nothing of what was already so when the page was opened', () => {
    expect(announcement('M', undefined, state({ status: 'completed' }))).toBeUndefined();
  });
});
