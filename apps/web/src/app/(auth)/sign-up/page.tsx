import { ShieldCheckIcon } from 'lucide-react';
import type { Metadata, Route } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { FormHeading } from '~/features/auth/form-parts.tsx';
import { ProviderButtons } from '~/features/auth/provider-buttons.tsx';
import { SignUpForm } from '~/features/auth/sign-up-form.tsx';
import { safeNextPath } from '~/lib/next-path.ts';
import { pagePerson } from '~/server/auth/page-person.ts';
import { configuredProviders } from '~/server/auth/providers.ts';
import { serverCaller } from '~/trpc/server.ts';

export const metadata: Metadata = { title: 'Create account' };

function SignInLink({ next, children }: { next: string; children: string }) {
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <Link href={`/sign-in${query}` as Route} className="font-medium text-brand underline underline-offset-4">
      {children}
    </Link>
  );
}

function AdminNote() {
  return (
    <p className="mb-6 flex gap-2.5 rounded-lg border bg-card px-3 py-2.5 text-sm shadow-raised">
      <ShieldCheckIcon className="mt-0.5 size-4 shrink-0 text-brand" aria-hidden="true" />
      <span>
        <strong className="font-medium">This is the first account, so it becomes the administrator.</strong>{' '}
        <span className="text-muted-foreground">
          It stays on this server; nothing is mailed or confirmed.
        </span>
      </span>
    </p>
  );
}

export default async function SignUpPage({ searchParams }: PageProps<'/sign-up'>) {
  const next = safeNextPath((await searchParams)['next']);
  if (await pagePerson()) redirect(next as Route);
  const caller = await serverCaller();
  const { hasUsers, signUpOpen } = await caller.account.status();
  if (!signUpOpen) {
    return (
      <>
        <FormHeading title="New accounts are closed">
          The person who runs this server has closed sign-up. Ask them for an account.
        </FormHeading>
        <p className="text-sm">
          <SignInLink next={next}>Sign in instead</SignInLink>
        </p>
      </>
    );
  }
  return (
    <>
      <FormHeading title={hasUsers ? 'Create your account' : 'Set up AIdeator'}>
        {hasUsers
          ? 'Your chats and keys are yours alone.'
          : 'Create an account, then send your first prompt.'}
      </FormHeading>
      {!hasUsers && <AdminNote />}
      <SignUpForm next={next} />
      <ProviderButtons providers={configuredProviders()} next={next} />
      {hasUsers && (
        <p className="mt-8 text-muted-foreground text-sm">
          Already have an account? <SignInLink next={next}>Sign in</SignInLink>
        </p>
      )}
    </>
  );
}
