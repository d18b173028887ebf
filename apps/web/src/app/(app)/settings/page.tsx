import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { AccountSection } from '~/features/settings/account-section.tsx';
import { ComparisonsSection } from '~/features/settings/comparisons-section.tsx';
import { ProviderKeysSection } from '~/features/settings/provider-keys-section.tsx';
import { requirePagePerson } from '~/server/auth/page-person.ts';
import { getQueryClient, trpc } from '~/trpc/server.ts';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage({ searchParams }: PageProps<'/settings'>) {
  const { key } = await searchParams;
  const person = await requirePagePerson();
  const queryClient = getQueryClient();
  await queryClient.prefetchQuery(trpc.providerKey.list.queryOptions());
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <div className="mx-auto w-full max-w-2xl px-5 pt-10 pb-20 sm:px-8 sm:pt-14">
        <h1 className="font-semibold text-2xl">Settings</h1>
        <ProviderKeysSection asked={typeof key === 'string' ? key : undefined} />
        <ComparisonsSection />
        <AccountSection
          email={person.email}
          name={person.name}
          role={person.role}
          hasPassword={person.hasPassword}
        />
      </div>
    </HydrationBoundary>
  );
}
