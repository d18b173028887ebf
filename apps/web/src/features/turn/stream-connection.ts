import type { TurnEvent } from '@aideator/contract/frames';
import type { StreamSlot } from '~/lib/stream-slots.ts';

/** A stream keeps its slot no longer than this while another stream of the browser waits for one. */
export const SLICE_MS = 1_500;
/** The server sends an event at once and then a ping every two seconds, so a longer silence has another cause. */
export const SILENCE_MS = 6_000;
/** If the first event arrives this late and the end follows within BURST_MS, a proxy held the stream back. */
const LATE_SIGN_MS = 3_000;
const BURST_MS = 250;

/** What a transport reports about one stream. */
export interface StreamObserver {
  /** The server has begun to send. */
  onStarted(): void;
  onEvent(event: TurnEvent, id: string): void;
  /** Nothing arrived for too long, or the connection broke. The transport reconnects by itself. */
  onReconnecting(): void;
  onError(error: unknown): void;
  /** The server ended the stream. */
  onEnded(): void;
}

export interface StreamTransport {
  /**
   * Opens a stream that continues after `lastEventId`, or starts with a snapshot. Returns a function that closes it.
   */
  open(lastEventId: string | undefined, observer: StreamObserver): () => void;
}

export type ConnectionEnd =
  /** Every response of the turn is over. */
  | { reason: 'done'; heldBack: boolean }
  /** Another stream gets the slot, or the tab was hidden. */
  | { reason: 'released' }
  /** Something is missing, or the stream ended early. */
  | { reason: 'broken' }
  | { reason: 'error'; error: unknown };

export interface ConnectionOptions {
  transport: StreamTransport;
  slot: StreamSlot;
  lastEventId: string | undefined;
  /** Ends the connection. */
  signal: AbortSignal;
  /** Takes an event; returns false when the stream has to be opened again from a snapshot. */
  take(event: TurnEvent, id: string): boolean;
  onSilence(): void;
  /** An event arrived in time. */
  onSign(): void;
}

/** Reads one stream on one slot until there is a reason to close it. */
export async function readConnection(options: ConnectionOptions): Promise<ConnectionEnd> {
  const { transport, slot, signal } = options;
  const { promise, resolve } = Promise.withResolvers<ConnectionEnd>();
  const openedAtMs = performance.now();
  let signAtMs: number | undefined;
  const release = () => resolve({ reason: 'released' });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const awaitSign = () => {
    silence ??= setTimeout(options.onSilence, SILENCE_MS);
  };
  const sign = () => {
    clearTimeout(silence);
    silence = undefined;
    const nowMs = performance.now();
    signAtMs ??= nowMs;
    if (signAtMs - openedAtMs < LATE_SIGN_MS || nowMs - signAtMs > BURST_MS) options.onSign();
  };
  const wasHeldBack = () =>
    signAtMs !== undefined &&
    signAtMs - openedAtMs >= LATE_SIGN_MS &&
    performance.now() - signAtMs <= BURST_MS;
  awaitSign();
  const close = transport.open(options.lastEventId, {
    onStarted: sign,
    onEvent(event, id) {
      sign();
      if (!options.take(event, id)) resolve({ reason: 'broken' });
      else if (event.type === 'done') resolve({ reason: 'done', heldBack: wasHeldBack() });
    },
    onReconnecting: awaitSign,
    onError: (error) => resolve({ reason: 'error', error }),
    onEnded: () => resolve({ reason: 'broken' }),
  });
  // Keep the slot until the first event: otherwise slow streams would take turns at opening and none would be read.
  const slice = setInterval(async () => {
    if (signAtMs !== undefined && (await slot.isWanted())) release();
  }, SLICE_MS);
  signal.addEventListener('abort', release, { once: true });
  slot.lost.addEventListener('abort', release, { once: true });
  if (signal.aborted || slot.lost.aborted) release();
  try {
    return await promise;
  } finally {
    close();
    clearTimeout(silence);
    clearInterval(slice);
    signal.removeEventListener('abort', release);
    slot.lost.removeEventListener('abort', release);
  }
}
