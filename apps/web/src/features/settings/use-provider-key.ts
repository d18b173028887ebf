import type { ProviderId } from '@aideator/contract/models';
import { useQueryClient } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '~/trpc/client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';

/** Saves and deletes one provider's key. Bypasses the query client, whose mutation cache would keep the key. */
export function useProviderKey(provider: string) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();

  async function changing<T>(change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } catch (error) {
      leaveIfUnauthorized(error);
      throw error;
    } finally {
      // Which models can be called depends on the keys.
      void queryClient.invalidateQueries(trpc.providerKey.list.queryFilter());
      void queryClient.invalidateQueries(trpc.model.list.queryFilter());
    }
  }

  return {
    save: (key: string) =>
      changing(() => client.providerKey.set.mutate({ provider: provider as ProviderId, key })),
    remove: () => changing(() => client.providerKey.delete.mutate({ provider: provider as ProviderId })),
  };
}
