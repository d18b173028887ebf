import type { TurnEvent } from '@aideator/contract/frames';
import { delay } from '~/lib/abort.ts';
import type { StreamSlot, StreamSlots } from '~/lib/stream-slots.ts';
import { resumeDelayMs } from './resume-delay.ts';
import { readConnection, type StreamTransport } from './stream-connection.ts';

/** How often to load stored answers while there is no live stream. */
export const STORED_INTERVAL_MS = 3_000;
/**
 * How long a stream that gave way to newer ones of the same person stays closed, unless its tab is shown again. Otherwise
 * the streams would keep pushing each other out.
 */
export const GAVE_WAY_MS = 60_000;
/** Calls that the server must reply to during the silence before the page suspects a proxy. */
const ANSWERED_CALLS_MIN = 2;

export interface TurnReaderDeps {
  slots: StreamSlots;
  transport: StreamTransport;
  /** Resolves while the tab is shown; rejects when `signal` aborts. */
  whenShown(signal: AbortSignal): Promise<void>;
  /** Aborts when the tab is hidden, or with `signal`. */
  untilHidden(signal: AbortSignal): AbortSignal;
  /** From 0 to 1. */
  random(): number;
}

export interface TurnReaderListener {
  /** Returns false when the event does not fit the current state. Must not throw. */
  onEvent(event: TurnEvent): boolean;
  /** The live state is out of date: show stored answers until the next snapshot. */
  onBehind(): void;
  /** Loads what is stored. Resolves to true if the server replied. */
  loadStored(): Promise<boolean>;
  /** Whether something between the browser and the server holds the stream back. */
  onHeldBack(heldBack: boolean): void;
  onDone(): void;
  /** Returns true when the stream must not be opened again. */
  onError(error: unknown): boolean;
  /** Returns true when the stream gave way to newer ones of the same person. */
  gaveWay(error: unknown): boolean;
}

/**
 * Reads the live events of one turn until they are done or `signal` aborts. Holds a connection only while the tab is
 * shown and has a slot; resumes after the last event it took.
 */
export async function readTurn(
  deps: TurnReaderDeps,
  listener: TurnReaderListener,
  signal: AbortSignal,
): Promise<void> {
  let lastEventId: string | undefined;
  let behind = false;
  let failures = 0;

  function take(event: TurnEvent, id: string): boolean {
    // Stored answers were shown in the meantime, so a frame may repeat their text.
    if (behind && event.type === 'frame') return false;
    if (!listener.onEvent(event)) return false;
    behind = false;
    failures = 0;
    lastEventId = id;
    return true;
  }

  function fallBehind(): void {
    behind = true;
    lastEventId = undefined;
    listener.onBehind();
  }

  async function takeSlot(shown: AbortSignal): Promise<StreamSlot> {
    const polling = new AbortController();
    void pollStored(AbortSignal.any([shown, polling.signal]));
    try {
      return await deps.slots.take(shown);
    } finally {
      polling.abort();
    }
  }

  async function pollStored(until: AbortSignal, onReply?: (calls: number) => void): Promise<void> {
    try {
      for (let replies = 0; ; ) {
        await delay(STORED_INTERVAL_MS, until);
        fallBehind();
        if (!(await listener.loadStored())) continue;
        replies += 1;
        if (!until.aborted) onReply?.(replies);
      }
    } catch (error) {
      if (!until.aborted) throw error;
    }
  }

  /** Polls stored answers for `ms` milliseconds. */
  async function readStored(ms: number, shown: AbortSignal): Promise<void> {
    const polling = new AbortController();
    void pollStored(AbortSignal.any([shown, polling.signal]));
    try {
      await delay(ms, shown);
    } finally {
      polling.abort();
    }
  }

  async function readWhileShown(shown: AbortSignal): Promise<'over' | 'again'> {
    const slot = await takeSlot(shown);
    let polling: AbortController | undefined;
    let hasGivenWay = false;
    try {
      const end = await readConnection({
        transport: deps.transport,
        slot,
        lastEventId,
        signal: shown,
        take,
        onSilence() {
          if (polling?.signal.aborted === false) return;
          polling = new AbortController();
          void pollStored(AbortSignal.any([shown, polling.signal]), (calls) => {
            if (calls >= ANSWERED_CALLS_MIN) listener.onHeldBack(true);
          });
        },
        onSign() {
          polling?.abort();
          listener.onHeldBack(false);
        },
      });
      if (end.reason === 'released') return 'again';
      if (end.reason === 'done') {
        if (end.heldBack) listener.onHeldBack(true);
        listener.onDone();
        return 'over';
      }
      if (end.reason === 'error' && listener.onError(end.error)) return 'over';
      hasGivenWay = end.reason === 'error' && listener.gaveWay(end.error);
    } finally {
      polling?.abort();
      slot.release();
    }
    if (hasGivenWay) {
      await readStored(GAVE_WAY_MS * (1 + deps.random()), shown);
      return 'again';
    }
    failures += 1;
    await delay(resumeDelayMs(failures, deps.random()), shown);
    fallBehind();
    void listener.loadStored();
    return 'again';
  }

  while (!signal.aborted) {
    const visit = new AbortController();
    const shown = deps.untilHidden(AbortSignal.any([signal, visit.signal]));
    try {
      await deps.whenShown(signal);
      if ((await readWhileShown(shown)) === 'over') return;
    } catch (error) {
      if (!shown.aborted) throw error;
    } finally {
      visit.abort();
    }
  }
}
