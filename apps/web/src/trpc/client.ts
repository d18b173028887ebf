import type { AppRouter } from '@aideator/api/root';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import superjson from 'superjson';

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** Equal to the server's `maxBatchSize`: a larger batch is refused there. */
const BATCH_ITEMS_MAX = 20;
const URL_CHARS_MAX = 2_000;

/** One subscription is one SSE connection that resumes by itself; everything else goes in batches. */
export function makeTrpcClient() {
  const url = '/api/trpc';
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({ url, transformer: superjson }),
        false: httpBatchLink({
          url,
          transformer: superjson,
          maxItems: BATCH_ITEMS_MAX,
          maxURLLength: URL_CHARS_MAX,
        }),
      }),
    ],
  });
}
