'use client';

import { PASSWORD_CHARS_MIN } from '@aideator/contract/limits';
import { type FormEvent, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '~/components/ui/button.tsx';
import { formText } from '~/features/auth/credentials.ts';
import { Field } from '~/features/auth/form-parts.tsx';
import { PasswordField } from '~/features/auth/password-field.tsx';
import { errorText } from '~/lib/errors.ts';
import { useTRPCClient } from '~/trpc/client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';

interface Problems {
  current?: string;
  next?: string;
}

function problemsOf(error: unknown): Problems {
  const { code, text, detail } = errorText(error);
  if (code === 'password_weak' || code === 'invalid_input') return { next: detail ?? text };
  return { current: text };
}

/** Changes the person's password. The passwords are kept only in the inputs, which unmount afterwards. */
export function PasswordForm({ email }: { email: string }) {
  const client = useTRPCClient();
  const [isOpen, setIsOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [problems, setProblems] = useState<Problems>({});

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    setProblems({});
    try {
      await client.account.changePassword.mutate({
        currentPassword: formText(form, 'current-password'),
        newPassword: formText(form, 'new-password'),
      });
      setIsOpen(false);
      toast.success('Password changed', { description: 'Your other browsers are signed out.' });
    } catch (error) {
      if (!leaveIfUnauthorized(error)) setProblems(problemsOf(error));
    } finally {
      setPending(false);
    }
  }

  if (!isOpen) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3 border-t px-5 py-3.5">
        <p className="max-w-[44ch] text-muted-foreground text-sm">
          A new password signs out your other browsers.
        </p>
        <Button variant="outline" size="sm" onClick={() => setIsOpen(true)}>
          Change password
        </Button>
      </div>
    );
  }
  return (
    <form onSubmit={submit} method="post" noValidate className="grid gap-4 border-t px-5 py-4">
      {/* Password managers store the new password under this name. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field id="current-password" label="Current password" error={problems.current}>
        <PasswordField
          id="current-password"
          name="current-password"
          autoComplete="current-password"
          required
          aria-invalid={problems.current !== undefined}
          aria-describedby={problems.current === undefined ? undefined : 'current-password-error'}
        />
      </Field>
      <Field
        id="new-password"
        label="New password"
        hint={`At least ${PASSWORD_CHARS_MIN} characters. Three unrelated words do well.`}
        error={problems.next}
      >
        <PasswordField
          id="new-password"
          name="new-password"
          autoComplete="new-password"
          required
          aria-invalid={problems.next !== undefined}
          aria-describedby={problems.next === undefined ? 'new-password-hint' : 'new-password-error'}
        />
      </Field>
      <div className="flex gap-2">
        <Button type="submit" disabled={pending}>
          {pending ? 'Changing' : 'Change password'}
        </Button>
        <Button variant="ghost" onClick={() => setIsOpen(false)} disabled={pending}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
