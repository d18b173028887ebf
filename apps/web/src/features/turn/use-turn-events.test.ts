// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STREAMS_MAX } from '~/lib/stream-slots.ts';
import { SILENCE_MS, SLICE_MS } from './stream-connection.ts';
import { FakeApi } from './testing/fake-api.tsx';
import { responseView } from './testing/views.ts';
import { GAVE_WAY_MS, STORED_INTERVAL_MS } from './turn-reader.ts';
import { createTurnStore, type TurnStore } from './turn-store.ts';
import { useTurnEvents } from './use-turn-events.ts';

const RESUME_MS_MAX = 20_000;

function createStore(): TurnStore {
  return createTurnStore(
    { responses: [responseView(0), responseView(1)], active: true, submittedAtMs: 0 },
    {
      now: () => 0,
      schedule: (flush) => {
        flush();
        return () => undefined;
      },
    },
  );
}

const snapshot = (text: string) => ({
  type: 'snapshot' as const,
  responses: [responseView(0, { status: 'streaming', text }), responseView(1)],
});
const frame = (appendText: string, textLength: number) => ({
  type: 'frame' as const,
  patches: [{ responseId: 'rsp_0' as const, appendText, textLength }],
});

function setup() {
  const api = new FakeApi();
  const store = createStore();
  const reported = { done: 0, heldBack: [] as boolean[], stored: 0 };
  const server = { replies: true };
  const hook = renderHook(
    ({ enabled, generation }: { enabled: boolean; generation: number }) =>
      useTurnEvents({
        turnId: 'trn_1',
        store,
        enabled,
        generation,
        onDone: () => {
          reported.done += 1;
        },
        loadStored: async () => {
          reported.stored += 1;
          return server.replies;
        },
        onHeldBack: (heldBack) => {
          if (reported.heldBack.at(-1) !== heldBack) reported.heldBack.push(heldBack);
        },
      }),
    { initialProps: { enabled: true, generation: 0 }, wrapper: api.Provider },
  );
  const text = () => store.latest()[0]?.text;
  const newest = () => {
    const stream = api.streams.at(-1);
    if (!stream) throw new Error('no stream was opened');
    return stream;
  };
  return { api, store, reported, server, hook, text, newest };
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function show(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  show('visible');
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('reading a turn', () => {
  it('starts without an id and shows snapshot and frames', async () => {
    const { text, newest } = setup();
    await pass(0);
    expect(newest().input).toEqual({ turnId: 'trn_1' });
    newest().start();
    newest().send('1-1', snapshot('ab'));
    newest().send('1-2', frame('c', 3));
    expect(text()).toBe('abc');
  });

  it('ends with done: the stream is closed and not opened again', async () => {
    const { api, reported, newest } = setup();
    await pass(0);
    newest().send('1-1', snapshot('ab'));
    newest().send('1-2', { type: 'done' });
    await pass(RESUME_MS_MAX);
    expect(reported.done).toBe(1);
    expect(api.streams.map(({ isOpen }) => isOpen)).toEqual([false]);
  });

  it('requests a new snapshot after a delay when a frame does not fit', async () => {
    const { api, text, reported, newest } = setup();
    await pass(0);
    newest().send('1-1', snapshot('ab'));
    newest().send('1-9', frame('z', 9));
    await pass(0);
    expect(api.streams).toHaveLength(1);
    await pass(400);
    expect(reported.stored).toBe(1);
    expect(newest().input).toEqual({ turnId: 'trn_1' });
    newest().send('1-10', snapshot('whole'));
    expect(text()).toBe('whole');
  });

  it('reopens a stream that the server ended early, after growing delays', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { api, newest } = setup();
    await pass(0);
    newest().end();
    await pass(399);
    expect(api.streams).toHaveLength(1);
    await pass(1);
    expect(api.streams).toHaveLength(2);
    newest().fail('unavailable');
    await pass(799);
    expect(api.streams).toHaveLength(2);
    await pass(1);
    expect(api.streams).toHaveLength(3);
    newest().send('1-1', snapshot('a'));
    newest().end();
    await pass(400);
    expect(api.streams).toHaveLength(4);
  });

  it('goes to the sign-in page when the person is signed out, and stops reading', async () => {
    const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => undefined);
    const { api, newest } = setup();
    await pass(0);
    newest().fail('unauthorized');
    await pass(RESUME_MS_MAX);
    expect(assign).toHaveBeenCalledOnce();
    expect(assign.mock.calls[0]?.[0]).toMatch(/^\/sign-in/);
    expect(api.streams).toHaveLength(1);
  });

  it('shows stored answers for a minute or two after it gave way to newer streams, then reads again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { api, reported, newest } = setup();
    await pass(0);
    newest().send('1-1', snapshot('ab'));
    newest().fail('too_many_streams');
    await pass(GAVE_WAY_MS - 1);
    expect(api.streams).toHaveLength(1);
    expect(reported.stored).toBe(Math.floor((GAVE_WAY_MS - 1) / STORED_INTERVAL_MS));
    await pass(1);
    expect(api.streams).toHaveLength(2);
    newest().start();
    const { stored } = reported;
    await pass(STORED_INTERVAL_MS);
    expect(reported.stored).toBe(stored);
  });

  it('reads again at once when the tab of a stream that gave way is shown again', async () => {
    const { api, newest } = setup();
    await pass(0);
    newest().fail('too_many_streams');
    await pass(0);
    show('hidden');
    show('visible');
    await pass(0);
    expect(api.streams).toHaveLength(2);
  });

  it('starts from a snapshot when a retry starts', async () => {
    const { api, hook, newest } = setup();
    await pass(0);
    newest().send('1-1', snapshot('ab'));
    hook.rerender({ enabled: true, generation: 1 });
    await pass(0);
    expect(api.streams.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(newest().input).toEqual({ turnId: 'trn_1' });
  });

  it('does not read a turn that is over, and closes the stream when the page is left', async () => {
    const { api, hook } = setup();
    await pass(0);
    hook.rerender({ enabled: false, generation: 0 });
    await pass(RESUME_MS_MAX);
    expect(api.streams.map(({ isOpen }) => isOpen)).toEqual([false]);
    hook.unmount();
    await pass(RESUME_MS_MAX);
    expect(api.streams).toHaveLength(1);
  });
});

describe('sharing the connections of a browser', () => {
  it('closes the stream while the tab is hidden, and resumes after the last event', async () => {
    const { api, text, newest } = setup();
    await pass(0);
    newest().send('1-1', snapshot('ab'));
    show('hidden');
    await pass(RESUME_MS_MAX);
    expect(api.streams.map(({ isOpen }) => isOpen)).toEqual([false]);
    show('visible');
    await pass(0);
    expect(newest().input).toEqual({ turnId: 'trn_1', lastEventId: '1-1' });
    newest().send('1-2', frame('c', 3));
    expect(text()).toBe('abc');
  });

  it('opens no stream in a tab that is hidden from the start', async () => {
    show('hidden');
    const { api } = setup();
    await pass(RESUME_MS_MAX);
    expect(api.streams).toEqual([]);
  });

  it('takes turns when there are more live turns than slots, and resumes each where it was', async () => {
    const api = new FakeApi();
    const stores = Array.from({ length: STREAMS_MAX + 1 }, createStore);
    renderHook(
      () => {
        for (const [i, store] of stores.entries()) {
          // biome-ignore lint/correctness/useHookAtTopLevel: the number of turns does not change
          useTurnEvents({
            turnId: `trn_${i}`,
            store,
            enabled: true,
            generation: 0,
            onDone: () => undefined,
            loadStored: async () => true,
            onHeldBack: () => undefined,
          });
        }
      },
      { wrapper: api.Provider },
    );
    const open = () => api.streams.filter(({ isOpen }) => isOpen);
    await pass(0);
    for (let round = 0; round < 4; round += 1) {
      expect(open()).toHaveLength(STREAMS_MAX);
      for (const stream of open()) {
        stream.start();
        stream.send('1-1', snapshot('ab'));
      }
      await pass(SLICE_MS);
    }
    const turns = new Set(api.streams.map(({ input }) => (input as { turnId: string }).turnId));
    expect(turns.size).toBe(stores.length);
    const resumed = api.streams.filter(({ input }) => 'lastEventId' in (input as object));
    expect(resumed.length).toBeGreaterThan(0);
  });
});

describe('a stream that is held back on the way', () => {
  it('is reported after some silence while the server replies to calls, and stored answers are shown meanwhile', async () => {
    const { reported, store, newest } = setup();
    await pass(SILENCE_MS + STORED_INTERVAL_MS);
    expect(reported.stored).toBe(1);
    expect(reported.heldBack).toEqual([]);
    await pass(STORED_INTERVAL_MS);
    expect(reported.heldBack).toEqual([true]);
    const stored = [responseView(0, { status: 'completed', text: 'whole' }), responseView(1)];
    store.seed({ responses: stored, active: true, submittedAtMs: 0 });
    expect(store.latest()[0]?.text).toBe('whole');
    newest().start();
    newest().send('1-1', snapshot('whole'));
    newest().send('1-2', { type: 'done' });
    await pass(0);
    expect(reported.done).toBe(1);
    expect(reported.heldBack).toEqual([true]);
  });

  it('is not reported while the server does not reply to calls either', async () => {
    const { reported, server } = setup();
    server.replies = false;
    await pass(SILENCE_MS + 5 * STORED_INTERVAL_MS);
    expect(reported.stored).toBeGreaterThan(1);
    expect(reported.heldBack).toEqual([]);
  });

  it('is reported when everything arrives at once at the end', async () => {
    const { reported, newest } = setup();
    await pass(4_000);
    newest().start();
    newest().send('1-1', snapshot('all'));
    newest().send('1-2', { type: 'done' });
    await pass(0);
    expect(reported.done).toBe(1);
    expect(reported.heldBack).toEqual([true]);
  });

  it('is no longer reported once a stream arrives in time', async () => {
    const { reported, newest } = setup();
    await pass(SILENCE_MS + 2 * STORED_INTERVAL_MS);
    newest().start();
    await pass(1_000);
    newest().send('1-1', snapshot('a'));
    expect(reported.heldBack).toEqual([true, false]);
    const before = reported.stored;
    await pass(2 * STORED_INTERVAL_MS);
    expect(reported.stored).toBe(before);
  });

  it('is noticed mid-stream too: a frame after stored answers were shown triggers a snapshot', async () => {
    const { api, reported, newest } = setup();
    await pass(0);
    newest().start();
    newest().send('1-1', snapshot('ab'));
    newest().reconnect();
    await pass(SILENCE_MS + 2 * STORED_INTERVAL_MS);
    expect(reported.heldBack.at(-1)).toBe(true);
    newest().send('1-2', frame('c', 3));
    await pass(RESUME_MS_MAX);
    expect(api.streams.length).toBeGreaterThan(1);
    expect(newest().input).toEqual({ turnId: 'trn_1' });
  });
});
