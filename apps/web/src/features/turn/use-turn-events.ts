import { FrameGapError } from '@aideator/contract/fold';
import type { TurnEvent } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { useEffect, useEffectEvent } from 'react';
import { errorText } from '~/lib/errors.ts';
import { untilHidden, whenShown } from '~/lib/page-visibility.ts';
import { useStreamSlots } from '~/lib/stream-slots-context.tsx';
import { useTRPCClient } from '~/trpc/client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';
import { readTurn } from './turn-reader.ts';
import type { TurnStore } from './turn-store.ts';
import { turnTransport } from './turn-transport.ts';

export interface TurnEventsOptions {
  turnId: TurnId;
  store: TurnStore;
  enabled: boolean;
  /** Changes when a retry starts, because the stream must then start from a snapshot. */
  generation: number;
  /** Every response of the turn is over. */
  onDone: () => void;
  /** Loads what is stored. Resolves to true if the server replied. */
  loadStored: () => Promise<boolean>;
  /** Whether something between the browser and the server holds the stream back. */
  onHeldBack: (heldBack: boolean) => void;
}

/** Reads a turn's live events into its store while it is active. */
export function useTurnEvents(options: TurnEventsOptions): void {
  const { turnId, store, enabled, generation } = options;
  const client = useTRPCClient();
  const streamSlots = useStreamSlots();
  const onDone = useEffectEvent(options.onDone);
  const loadStored = useEffectEvent(options.loadStored);
  const onHeldBack = useEffectEvent(options.onHeldBack);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation restarts the effect
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    void readTurn(
      {
        slots: streamSlots(),
        transport: turnTransport(client, turnId),
        whenShown: (signal) => whenShown(document, signal),
        untilHidden: (signal) => untilHidden(document, signal),
        random: Math.random,
      },
      {
        onEvent: (event) => fits(store, event),
        onBehind: () => store.fallBehind(),
        loadStored: () => loadStored(),
        onHeldBack: (heldBack) => onHeldBack(heldBack),
        onDone: () => onDone(),
        onError: leaveIfUnauthorized,
        gaveWay: (error) => errorText(error).code === 'too_many_streams',
      },
      abort.signal,
    );
    return () => abort.abort();
  }, [client, streamSlots, turnId, store, enabled, generation]);

  useEffect(() => () => store.close(), [store]);
}

/** Returns false when something is missing before the event. */
function fits(store: TurnStore, event: TurnEvent): boolean {
  try {
    store.push(event);
    return true;
  } catch (error) {
    if (error instanceof FrameGapError) return false;
    throw error;
  }
}
