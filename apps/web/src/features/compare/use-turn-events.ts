import { FrameGapError } from '@aideator/contract/fold';
import type { TurnEvent } from '@aideator/contract/frames';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useRef } from 'react';
import { useTRPC } from '~/trpc/client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';
import { resumeDelayMs } from './resume-delay.ts';
import type { TurnStore } from './turn-store.ts';

export interface TurnEventsOptions {
  turnId: string;
  store: TurnStore;
  enabled: boolean;
  /** Changes when the stream has to be read from a snapshot again (a retry began). */
  generation: number;
  /** Every response of the turn is over. */
  onDone: () => void;
  /** The stream ended without its end: ask for what is stored. */
  onLost: () => void;
}

/**
 * Reads a turn's live events into its store while it is active. The connection resumes by itself with the last id; when
 * something is missing all the same, or the server ended the stream early, it starts anew from a snapshot, later and
 * later.
 */
export function useTurnEvents({
  turnId,
  store,
  enabled,
  generation,
  onDone,
  onLost,
}: TurnEventsOptions): void {
  const trpc = useTRPC();
  const failures = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const over = useRef(false);

  function startAnewLater(): void {
    if (over.current || timer.current !== undefined) return;
    failures.current += 1;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        onLost();
        reset();
      },
      resumeDelayMs(failures.current, Math.random()),
    );
  }

  function take(event: TurnEvent): void {
    try {
      store.push(event);
    } catch (error) {
      if (!(error instanceof FrameGapError)) throw error;
      startAnewLater();
      return;
    }
    failures.current = 0;
    if (event.type !== 'done') return;
    over.current = true;
    onDone();
  }

  // Its `data` is never read: it would render per event and keep only the last one.
  const { reset } = useSubscription(
    trpc.turn.events.subscriptionOptions(
      { turnId },
      {
        enabled,
        onData: (message) => take(message.data),
        onError: (error) => {
          if (!leaveIfUnauthorized(error)) startAnewLater();
        },
        onConnectionStateChange: (state) => {
          if (state.state === 'idle') startAnewLater();
        },
      },
    ),
  );

  useEffect(() => {
    over.current = !enabled;
    return () => {
      over.current = true;
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [enabled]);

  const seen = useRef(generation);
  useEffect(() => {
    if (seen.current === generation) return;
    seen.current = generation;
    over.current = false;
    reset();
  }, [generation, reset]);

  useEffect(() => () => store.close(), [store]);
}
