import type { AppRouter } from '@aideator/api/root';
import type { TurnId } from '@aideator/contract/ids';
import type { TRPCClient } from '@trpc/client';
import type { StreamTransport } from './stream-connection.ts';

/** The event stream of a turn through tRPC: it reconnects by itself, with the id of the last event. */
export function turnTransport(client: TRPCClient<AppRouter>, turnId: TurnId): StreamTransport {
  return {
    open(lastEventId, observer) {
      const subscription = client.turn.events.subscribe(
        { turnId, ...(lastEventId !== undefined && { lastEventId }) },
        {
          onStarted: () => observer.onStarted(),
          onData: ({ id, data }) => observer.onEvent(data, id),
          onConnectionStateChange: (state) => {
            if (state.state === 'connecting') observer.onReconnecting();
          },
          onError: (error) => observer.onError(error),
          onComplete: () => observer.onEnded(),
        },
      );
      return () => subscription.unsubscribe();
    },
  };
}
