import { defaultShouldDehydrateQuery, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import superjson from 'superjson';
import { errorText } from '~/lib/errors.ts';

const STALE_MS = 30_000;
const RETRIES_MAX = 2;

/** Codes of errors that the next try may not have. */
const WORTH_A_RETRY: ReadonlySet<string> = new Set([
  'offline',
  'unavailable',
  'gateway_unreachable',
  'internal',
]);

/** `onError` is called for every failed query and mutation. */
export function makeQueryClient(onError?: (error: unknown) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => onError?.(error) }),
    mutationCache: new MutationCache({ onError: (error) => onError?.(error) }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => failures < RETRIES_MAX && WORTH_A_RETRY.has(errorText(error).code),
      },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query),
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
