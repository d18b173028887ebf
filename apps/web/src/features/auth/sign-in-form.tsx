'use client';

import { type FormEvent, useState } from 'react';
import { Input } from '~/components/ui/input.tsx';
import { focusField, formText, looksLikeEmail, signInWithPassword } from './credentials.ts';
import { Field, FormError } from './form-parts.tsx';
import { PasswordField } from './password-field.tsx';
import { signInErrorText } from './sign-in-errors.ts';
import { SubmitButton } from './submit-button.tsx';

interface SignInFormProps {
  next: string;
  /** The error code of an earlier sign-in through a provider. */
  initialError: string | null;
}

interface Problems {
  email?: string;
  password?: string;
  form?: string;
}

function check(email: string, password: string): Problems | null {
  if (!looksLikeEmail(email)) return { email: 'Enter your e-mail address, like name@example.org.' };
  return password === '' ? { password: 'Enter your password.' } : null;
}

export function SignInForm({ next, initialError }: SignInFormProps) {
  const [pending, setPending] = useState(false);
  const [problems, setProblems] = useState<Problems>(
    initialError === null ? {} : { form: signInErrorText(initialError) },
  );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = formText(form, 'email').trim();
    const password = formText(form, 'password');
    const found = check(email, password);
    if (found !== null) {
      focusField(event.currentTarget, found.email === undefined ? 'password' : 'email');
      return setProblems(found);
    }
    setPending(true);
    setProblems({});
    const error = await signInWithPassword(email, password);
    if (error === null) return window.location.assign(next);
    setProblems({ form: signInErrorText(error) });
    setPending(false);
  }

  return (
    <form onSubmit={submit} method="post" noValidate className="grid gap-5">
      <FormError>{problems.form ?? null}</FormError>
      <Field id="email" label="E-mail" error={problems.email}>
        <Input
          id="email"
          name="email"
          type="email"
          autoComplete="username"
          required
          aria-invalid={problems.email !== undefined}
          aria-describedby={problems.email === undefined ? undefined : 'email-error'}
        />
      </Field>
      <Field id="password" label="Password" error={problems.password}>
        <PasswordField
          id="password"
          name="password"
          autoComplete="current-password"
          required
          aria-invalid={problems.password !== undefined}
          aria-describedby={problems.password === undefined ? undefined : 'password-error'}
        />
      </Field>
      <SubmitButton pending={pending}>{pending ? 'Signing in' : 'Sign in'}</SubmitButton>
    </form>
  );
}
