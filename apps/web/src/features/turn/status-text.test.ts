import type { ResponseState } from '@aideator/contract/frames';
import { describe, expect, it } from 'vitest';
import { announcement, endingNote, firstWordWait, lookOf, secondsUntil, troubleOf } from './status-text.ts';

const state = (more: Partial<ResponseState>): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'pending',
  text: '',
  reasoning: '',
  ...more,
});

describe('the state of a panel', () => {
  it('depends on what has arrived when the status is `running`', () => {
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

describe('the texts of a panel', () => {
  it('name the output limit for completed answers only', () => {
    expect(endingNote(state({ status: 'completed', finishReason: 'length' }))).toBe(
      'Cut at the output limit',
    );
    expect(endingNote(state({ status: 'completed', finishReason: 'length', outputTokensMax: 16_384 }))).toBe(
      'Cut at the output limit of 16,384 tokens',
    );
    expect(endingNote(state({ status: 'completed', finishReason: 'stop' }))).toBeUndefined();
    expect(endingNote(state({ status: 'streaming', finishReason: 'length' }))).toBeUndefined();
  });

  it('give the reason in plain words and the detail of the provider', () => {
    const trouble = troubleOf(
      state({ status: 'failed', error: { code: 'provider_auth', detail: '401: bad key' } }),
    );
    expect(trouble?.title).toContain('did not accept the key');
    expect(trouble?.detail).toBe('401: bad key');
  });

  it('say that text is kept only when text arrived', () => {
    for (const code of [
      'stream_broken',
      'idle_timeout',
      'run_timeout',
      'runner_crashed',
      'answer_too_long',
      'gateway_error',
      'finish_unknown',
    ] as const) {
      const title = (text: string) => troubleOf(state({ status: 'failed', error: { code }, text }))?.title;
      expect(title('')).not.toMatch(/kept/);
      expect(title('Half an answer')).toMatch(/What arrived is kept\.$/);
    }
  });

  it('show the time waited for the first word, and its limit', () => {
    const nowMs = Date.parse('2026-01-01T00:00:00Z');
    const waiting = state({
      status: 'running',
      firstTokenLimitMs: 300_000,
      firstTokenBy: '2026-01-01T00:03:45.000Z',
    });
    expect(firstWordWait(waiting, nowMs)).toEqual({ waitedMs: 75_000, text: '1:15 of 5:00' });
    expect(firstWordWait(waiting, nowMs + 3_600_000)?.text).toBe('5:00 of 5:00');
    expect(firstWordWait(waiting, nowMs - 3_600_000)?.text).toBe('0:00 of 5:00');
    expect(firstWordWait(state({ status: 'running' }), nowMs)).toBeUndefined();
  });

  it('count down to the retry, never below zero', () => {
    expect(secondsUntil('2026-01-01T00:00:05.500Z', Date.parse('2026-01-01T00:00:00Z'))).toBe(6);
    expect(secondsUntil('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:09Z'))).toBe(0);
    expect(secondsUntil('nonsense', 0)).toBe(0);
    expect(secondsUntil(undefined, 0)).toBe(0);
  });
});

describe('announcements', () => {
  it('are made once for the start and once for the end, not for text', () => {
    expect(announcement('M', 'pending', state({ status: 'streaming', text: 'a' }))).toBe(
      'M started answering.',
    );
    expect(announcement('M', 'streaming', state({ status: 'streaming', text: 'ab' }))).toBeUndefined();
    expect(announcement('M', 'thinking', state({ status: 'streaming', text: 'ab' }))).toBeUndefined();
    expect(announcement('M', 'streaming', state({ status: 'completed' }))).toBe('M finished.');
  });

  it('give the reason of a failure', () => {
    const failed = state({ status: 'failed', error: { code: 'answer_empty' } });
    expect(announcement('M', 'pending', failed)).toBe(
      'M failed. The model returned no text. Retry, or choose another model.',
    );
  });

  it('are not made for the state in which the page was opened', () => {
    expect(announcement('M', undefined, state({ status: 'completed' }))).toBeUndefined();
  });
});
