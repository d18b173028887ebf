import type { AppRouter } from '@aideator/api/root';
import { CALLS_PER_BATCH_MAX } from '@aideator/contract/limits';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import superjson from 'superjson';

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const URL_CHARS_MAX = 2_000;

/** A subscription is an SSE connection that resumes by itself. All other calls are sent in batches. */
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
          maxItems: CALLS_PER_BATCH_MAX,
          maxURLLength: URL_CHARS_MAX,
        }),
      }),
    ],
  });
}
