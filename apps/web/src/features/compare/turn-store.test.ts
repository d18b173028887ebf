import { FrameGapError } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import { describe, expect, it } from 'vitest';
import { createTurnStore, isOver, type TurnSeed } from './turn-store.ts';

const response = (position: number, more: Partial<ResponseState> = {}): ResponseState => ({
  responseId: `rsp_${position}`,
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
    { responses: [response(0), response(1)], active: true, createdAt: new Date(400), ...seed },
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
  patches: [{ responseId: `rsp_${position}`, status: 'streaming' as const, text }],
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

  it('leaves the other responses and the clocks untouched by one response’s tokens', () => {
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

  it('replaces everything by a snapshot and goes on from there', () => {
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
    const gap = { responseId: 'rsp_0', text: 'z', textLength: 9 };
    expect(() => store.push({ type: 'frame', patches: [gap] })).toThrow(FrameGapError);
    expect(store.latest()[0]?.text).toBe('ab');
  });

  it('takes nothing after a gap until a snapshot says how things stand', () => {
    const { store } = harness();
    const gap = { responseId: 'rsp_0', text: 'z', textLength: 9 };
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
    store.seed({ responses: [response(0), response(1)], active: true, createdAt: new Date(400) });
    expect(store.api.getState().responses[0]?.text).toBe('live');
  });

  it('takes the stored state once the turn is over', () => {
    const { store } = harness();
    store.push(delta(0, 'live'));
    const stored = [response(0, { status: 'completed', text: 'live!' }), response(1, { status: 'failed' })];
    store.seed({ responses: stored, active: false, createdAt: new Date(400) });
    expect(store.api.getState().responses).toBe(stored);
    expect(isOver(store.latest())).toBe(true);
  });

  it('shows what is pending when done arrives, without waiting for a frame', () => {
    const { store, frames } = harness();
    store.push(delta(0, 'end'));
    store.push({ type: 'done' });
    expect(store.api.getState().responses[0]?.text).toBe('end');
    expect(frames).toHaveLength(0);
  });

  it('counts the first attempt from the turn’s start and a retry from its own', () => {
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
    const retry = { responseId: 'rsp_0', reset: true, attempt: 2, status: 'pending' as const };
    store.push({ type: 'frame', patches: [retry] });
    drawFrame();
    expect(store.api.getState().clocks.rsp_0).toEqual({ attempt: 2, startedAtMs: 9_000 });
  });

  it('does not believe a start far in the past or in the future', () => {
    const future = harness({ createdAt: new Date(50_000) });
    expect(future.store.api.getState().clocks.rsp_0?.startedAtMs).toBe(1_000);
  });

  it('calls off the pending frame when closed', () => {
    const { store, frames } = harness();
    store.push(delta(0, 'a'));
    store.close();
    expect(frames).toHaveLength(0);
  });
});
