'use client';

import { useQuery } from '@tanstack/react-query';
import { RotateCwIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { ProviderKeyRow } from './provider-key-row.tsx';
import { Section } from './section.tsx';

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

/** `asked`: the provider whose key the person followed a link to set. */
export function ProviderKeysSection({ asked }: { asked: string | undefined }) {
  const trpc = useTRPC();
  const keys = useQuery(trpc.providerKey.list.queryOptions());
  return (
    <Section
      id="provider-keys"
      title="Provider keys"
      description="Use your own account with a provider. Keys are stored encrypted, are used for your prompts only, and are never shown again beyond their last four characters."
    >
      {keys.isPending && <RowsSkeleton />}
      {keys.isError && (
        <div role="alert" className="grid justify-items-start gap-3 p-5 text-sm">
          <p>{errorText(keys.error).text}</p>
          <Button variant="outline" size="sm" onClick={() => void keys.refetch()}>
            <RotateCwIcon />
            Try again
          </Button>
        </div>
      )}
      {keys.isSuccess && (
        <ul className="divide-y">
          {keys.data.map((view) => (
            <ProviderKeyRow key={view.provider} view={view} asked={view.provider === asked} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function RowsSkeleton() {
  return (
    <div role="status" aria-label="Loading provider keys" className="divide-y">
      {SKELETON_ROWS.map((row) => (
        <div key={row} className="flex h-17 items-center justify-between px-5">
          <div className="grid gap-2">
            <Skeleton className="h-3.5 w-24" />
            <Skeleton className="h-3 w-40" />
          </div>
          <Skeleton className="h-8 w-20 rounded-lg" />
        </div>
      ))}
    </div>
  );
}
