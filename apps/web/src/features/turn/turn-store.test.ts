import { FrameGapError } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { ResponseId } from '@aideator/contract/ids';
import { describe, expect, it } from 'vitest';
import { createTurnStore, isOver, type TurnSeed } from './turn-store.ts';

const idAt = (position: number): ResponseId => `rsp_${position}`;

const response = (position: number, more: Partial<ResponseState> = {}): ResponseState => ({
  responseId: idAt(position),
  position,
  attempt: 1,
  status: 'pending',
  text: '',
  reasoning: '',
  ...more,
});

function harness(seed: Partial<TurnSeed> = {}) {
  const frames: (() => void)[] = [];
  const clock = { ms: 1_000 };
  const store = createTurnStore(
    { responses: [response(0), response(1)], active: true, submittedAtMs: 400, ...seed },
    {
      now: () => clock.ms,
      schedule: (flush) => {
        frames.push(flush);
        return () => {
          const at = frames.indexOf(flush);
          if (at >= 0) frames.splice(at, 1);
        };
      },
    },
  );
  const renders: number[] = [0, 0];
  store.api.subscribe((next, previous) => {
    for (const position of [0, 1]) {
      if (next.responses[position] !== previous.responses[position]) {
        renders[position] = (renders[position] ?? 0) + 1;
      }
    }
  });
  return {
    store,
    frames,
    clock,
    renders,
    drawFrame: () => frames.splice(0).forEach((flush) => void flush()),
  };
}

const delta = (position: number, text: string) => ({
  type: 'frame' as const,
  patches: [{ responseId: idAt(position), status: 'streaming' as const, appendText: text }],
});

describe('the turn store', () => {
  it('shows a burst of events once per frame, with all their text', () => {
    const { store, frames, renders, drawFrame } = harness();
    for (const word of ['a', 'b', 'c']) store.push(delta(0, word));
    expect(frames).toHaveLength(1);
    expect(store.api.getState().responses[0]?.text).toBe('');
    drawFrame();
    expect(store.api.getState().responses[0]?.text).toBe('abc');
    expect(renders).toEqual([1, 0]);
  });

  it('does not change the other responses or the clocks when one response gets tokens', () => {
    const { store, drawFrame } = harness();
    store.push(delta(0, 'a'));
    drawFrame();
    const before = store.api.getState();
    store.push(delta(0, 'b'));
    drawFrame();
    const after = store.api.getState();
    expect(after.responses[1]).toBe(before.responses[1]);
    expect(after.clocks).toBe(before.clocks);
  });

  it('replaces its state with a snapshot and applies later frames to it', () => {
    const { store, drawFrame } = harness();
    store.push({
      type: 'snapshot',
      responses: [response(0, { text: 'ab', status: 'streaming' }), response(1)],
    });
    store.push(delta(0, 'c'));
    drawFrame();
    expect(store.api.getState().responses[0]?.text).toBe('abc');
  });

  it('throws FrameGapError when text was missed, and keeps what it had', () => {
    const { store } = harness();
    store.push(delta(0, 'ab'));
    const gap = { responseId: idAt(0), appendText: 'z', textLength: 9 };
    expect(() => store.push({ type: 'frame', patches: [gap] })).toThrow(FrameGapError);
    expect(store.latest()[0]?.text).toBe('ab');
  });

  it('ignores frames after a gap until the next snapshot', () => {
    const { store } = harness();
    const gap = { responseId: idAt(0), appendText: 'z', textLength: 9 };
    expect(() => store.push({ type: 'frame', patches: [gap] })).toThrow(FrameGapError);
    store.push(delta(0, 'lost in between'));
    expect(store.latest()[0]?.text).toBe('');
    store.push({ type: 'snapshot', responses: [response(0, { text: 'whole' }), response(1)] });
    store.push(delta(0, '!'));
    expect(store.latest()[0]?.text).toBe('whole!');
  });

  it('does not let an older stored state overwrite live text while the turn is active', () => {
    const { store, drawFrame } = harness();
    store.push(delta(0, 'live'));
    drawFrame();
    store.seed({ responses: [response(0), response(1)], active: true, submittedAtMs: 400 });
    expect(store.api.getState().responses[0]?.text).toBe('live');
  });

  it('takes stored responses that have ended while it is behind, and keeps the text of the running ones', () => {
    const { store } = harness();
    store.push(delta(0, 'live'));
    store.push(delta(1, 'half'));
    store.fallBehind();
    const stored = [response(0), response(1, { status: 'completed', text: 'whole' })];
    store.seed({ responses: stored, active: true, submittedAtMs: 400 });
    expect(store.latest().map(({ text }) => text)).toEqual(['live', 'whole']);
  });

  it('does not take the stored end of an earlier run while it is behind', () => {
    const { store } = harness();
    const retry = { responseId: idAt(0), reset: true, attempt: 2, status: 'streaming' as const };
    store.push({ type: 'frame', patches: [{ ...retry, appendText: 'new' }] });
    store.fallBehind();
    const stored = [response(0, { status: 'failed', text: 'old' }), response(1)];
    store.seed({ responses: stored, active: true, submittedAtMs: 400 });
    expect(store.latest()[0]?.text).toBe('new');
  });

  it('ignores stored states again after the next snapshot', () => {
    const { store } = harness();
    store.push(delta(0, 'live'));
    store.fallBehind();
    store.push({ type: 'snapshot', responses: [response(0, { text: 'newer' }), response(1)] });
    const stored = [response(0, { status: 'completed', text: 'stored' }), response(1)];
    store.seed({ responses: stored, active: true, submittedAtMs: 400 });
    expect(store.latest()[0]?.text).toBe('newer');
  });

  it('takes the stored state once the turn is over', () => {
    const { store } = harness();
    store.push(delta(0, 'live'));
    const stored = [response(0, { status: 'completed', text: 'live!' }), response(1, { status: 'failed' })];
    store.seed({ responses: stored, active: false, submittedAtMs: 400 });
    expect(store.api.getState().responses).toBe(stored);
    expect(isOver(store.latest())).toBe(true);
  });

  it('shows pending states when done arrives, without waiting for a frame', () => {
    const { store, frames } = harness();
    store.push(delta(0, 'end'));
    store.push({ type: 'done' });
    expect(store.api.getState().responses[0]?.text).toBe('end');
    expect(frames).toHaveLength(0);
  });

  it('counts the time of the first run from the turn’s start, and the time of a retry from its own', () => {
    const { store, clock, drawFrame } = harness();
    expect(store.api.getState().clocks.rsp_0?.startedAtMs).toBe(400);
    clock.ms = 1_500;
    store.push(delta(0, 'a'));
    drawFrame();
    expect(store.api.getState().clocks.rsp_0).toEqual({
      attempt: 1,
      startedAtMs: 400,
      firstTokenAtMs: 1_500,
    });
    clock.ms = 9_000;
    const retry = { responseId: idAt(0), reset: true, attempt: 2, status: 'pending' as const };
    store.push({ type: 'frame', patches: [retry] });
    drawFrame();
    expect(store.api.getState().clocks.rsp_0).toEqual({ attempt: 2, startedAtMs: 9_000 });
  });

  it('does not accept a start in the future', () => {
    const future = harness({ submittedAtMs: 50_000 });
    expect(future.store.api.getState().clocks.rsp_0?.startedAtMs).toBe(1_000);
  });

  it('cancels the pending frame when closed', () => {
    const { store, frames } = harness();
    store.push(delta(0, 'a'));
    store.close();
    expect(frames).toHaveLength(0);
  });
});
