import type { Metadata, Route } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { FormHeading } from '~/features/auth/form-parts.tsx';
import { ProviderButtons } from '~/features/auth/provider-buttons.tsx';
import { SignInForm } from '~/features/auth/sign-in-form.tsx';
import { safeNextPath } from '~/lib/next-path.ts';
import { pagePerson } from '~/server/auth/page-person.ts';
import { configuredProviders } from '~/server/auth/providers.ts';
import { serverCaller } from '~/trpc/server.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next: asked, error } = await searchParams;
  const next = safeNextPath(asked);
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  if (await pagePerson()) redirect(next as Route);
  const caller = await serverCaller();
  const { hasUsers, signUpOpen } = await caller.account.status();
  if (!hasUsers) redirect(`/sign-up${query}` as Route);
  return (
    <>
      <FormHeading title="Welcome back">Sign in to continue with your chats.</FormHeading>
      <SignInForm next={next} initialError={typeof error === 'string' ? error : null} />
      <ProviderButtons providers={configuredProviders()} next={next} />
      {signUpOpen && (
        <p className="mt-8 text-muted-foreground text-sm">
          No account yet?{' '}
          <Link
            href={`/sign-up${query}` as Route}
            className="font-medium text-brand underline underline-offset-4"
          >
            Create one
          </Link>
        </p>
      )}
    </>
  );
}
