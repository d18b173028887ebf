'use client';

import type { Role } from '@aideator/contract/roles';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { ConfirmDialog } from '~/components/ui/alert-dialog.tsx';
import { Badge } from '~/components/ui/badge.tsx';
import { Button } from '~/components/ui/button.tsx';
import { signOutHere } from '~/features/shell/sign-out.ts';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { PasswordForm } from './password-form.tsx';
import { Section } from './section.tsx';

interface AccountSectionProps {
  email: string;
  name: string;
  role: Role;
  /** False for a person who only signs in through a provider. */
  hasPassword: boolean;
}

const ROLE_NAMES: Record<Role, string> = { admin: 'Administrator', member: 'Member' };

export function AccountSection({ email, name, role, hasPassword }: AccountSectionProps) {
  return (
    <Section id="account" title="Account" description="Who you are on this server.">
      <dl className="divide-y text-sm">
        <Row term="E-mail">{email}</Row>
        {name.trim() !== '' && <Row term="Name">{name}</Row>}
        <div className="flex min-h-13 items-center gap-4 px-5">
          <dt className="w-24 shrink-0 text-muted-foreground">Role</dt>
          <dd>
            <Badge variant={role === 'admin' ? 'brand' : 'neutral'}>{ROLE_NAMES[role]}</Badge>
          </dd>
        </div>
      </dl>
      {hasPassword && <PasswordForm email={email} />}
      <SignOutEverywhere />
    </Section>
  );
}

function Row({ term, children }: { term: string; children: string }) {
  return (
    <div className="flex min-h-13 items-center gap-4 px-5">
      <dt className="w-24 shrink-0 text-muted-foreground">{term}</dt>
      <dd className="min-w-0 truncate">{children}</dd>
    </div>
  );
}

function SignOutEverywhere() {
  const trpc = useTRPC();
  const [confirming, setConfirming] = useState(false);
  const signOut = useMutation(
    trpc.account.signOutEverywhere.mutationOptions({
      onSuccess: signOutHere,
      onError: (error) => toast.error('You are still signed in', { description: errorText(error).text }),
    }),
  );
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t px-5 py-3.5">
      <p className="max-w-[44ch] text-muted-foreground text-sm">
        Lost a device, or used a shared one? Sign out every browser of this account, including this one.
      </p>
      <Button variant="outline" size="sm" disabled={signOut.isPending} onClick={() => setConfirming(true)}>
        Sign out everywhere
      </Button>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        title="Sign out everywhere?"
        description="Every browser of this account, including this one, has to sign in again. Running answers continue."
        confirmLabel="Sign out everywhere"
        onConfirm={() => signOut.mutate()}
      />
    </div>
  );
}
