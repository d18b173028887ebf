import type { SessionId, TurnId } from '@aideator/contract/ids';
import { type BallotOp, opToSend, type PendingOp } from './ballot-ops.ts';
import type { BallotStorage } from './ballot-storage.ts';

/** What became of a call: answered, refused for good, or not answered, so that it is sent again. */
export type SendOutcome = 'stored' | 'refused' | 'unreachable';

export interface BallotOutboxDeps {
  storage: BallotStorage;
  /** Makes the call. Handles its result and its refusal, and never throws. */
  send(op: BallotOp, pending: PendingOp): Promise<SendOutcome>;
  /** Called once each time when the server becomes unreachable. */
  onUnreachable(): void;
  now(): number;
  /** A random text that no other tab makes. */
  random(): string;
  /** Calls `run` after a time. Returns a function that cancels that. */
  schedule(run: () => void, afterMs: number): () => void;
}

export interface BallotOutbox {
  /** Keeps the call and sends it after all earlier ones. */
  add(call: { sessionId: SessionId; turnId: TurnId; op: BallotOp }): void;
  /** The calls that the server has not answered, oldest first. The same array until they change. */
  pending(): readonly PendingOp[];
  /** True while the server cannot be reached. */
  isWaiting(): boolean;
  subscribe(listener: () => void): () => void;
  /** Sends what is pending now, such as when the connection is back. */
  flush(): void;
  /** Reads again what is kept, such as after another tab has changed it. */
  reload(): void;
  /** Sends nothing more until the next `flush`. */
  pause(): void;
}

const RETRY_MS = [2_000, 5_000, 15_000, 30_000, 60_000];
const TIME_DIGITS = 15;
const COUNT_DIGITS = 6;

/**
 * Sends the calls that give, amend and clear verdicts, one after the other, so that the last click wins on the server too.
 * A call is kept before it is sent: it survives a lost connection and a reload.
 */
export function createBallotOutbox(deps: BallotOutboxDeps): BallotOutbox {
  const listeners = new Set<() => void>();
  let pending: readonly PendingOp[] = deps.storage.list();
  let isSending = false;
  let isPaused = false;
  let added = 0;
  let failures = 0;
  let cancelRetry: (() => void) | undefined;

  function changed(): void {
    pending = deps.storage.list();
    for (const listener of listeners) listener();
  }

  function wait(): void {
    if (failures === 0) deps.onUnreachable();
    const afterMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0;
    failures += 1;
    cancelRetry?.();
    cancelRetry = deps.schedule(flush, afterMs);
  }

  async function sendAll(): Promise<void> {
    for (let next = pending[0]; next && !isPaused; next = pending[0]) {
      const outcome = await deps.send(opToSend(next, deps.now()), next);
      if (outcome === 'unreachable') {
        wait();
        for (const listener of listeners) listener();
        return;
      }
      failures = 0;
      deps.storage.remove(next.key);
      changed();
    }
  }

  function flush(): void {
    isPaused = false;
    if (isSending) return;
    cancelRetry?.();
    isSending = true;
    void sendAll().finally(() => {
      isSending = false;
    });
  }

  return {
    add({ sessionId, turnId, op }) {
      const decidedAtMs = deps.now();
      added += 1;
      const time = String(decidedAtMs).padStart(TIME_DIGITS, '0');
      const key = `${time}-${String(added).padStart(COUNT_DIGITS, '0')}-${deps.random()}`;
      deps.storage.add({ key, sessionId, turnId, decidedAtMs, op });
      changed();
      flush();
    },
    pending: () => pending,
    isWaiting: () => failures > 0,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
    reload: changed,
    pause() {
      isPaused = true;
      cancelRetry?.();
    },
  };
}
