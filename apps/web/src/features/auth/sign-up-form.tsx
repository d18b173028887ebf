'use client';

import { PASSWORD_CHARS_MIN, PERSON_NAME_CHARS_MAX } from '@aideator/contract/limits';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Input } from '~/components/ui/input.tsx';
import { errorText } from '~/lib/errors.ts';
import { useTRPCClient } from '~/trpc/client.ts';
import { focusField, formText, looksLikeEmail, signInWithPassword } from './credentials.ts';
import { Field, FormError } from './form-parts.tsx';
import { PasswordField } from './password-field.tsx';
import { signInErrorText } from './sign-in-errors.ts';
import { SubmitButton } from './submit-button.tsx';

const PASSWORD_HINT = `At least ${PASSWORD_CHARS_MIN} characters: length protects better than symbols. Three unrelated words do well.`;

interface Problems {
  email?: string;
  password?: string;
  form?: string;
}

interface Entered {
  name: string;
  email: string;
  password: string;
}

function readForm(element: HTMLFormElement): Entered {
  const form = new FormData(element);
  return {
    name: formText(form, 'name').trim(),
    email: formText(form, 'email').trim(),
    password: formText(form, 'password'),
  };
}

function check({ email, password }: Entered): Problems | null {
  if (!looksLikeEmail(email)) return { email: 'Enter an e-mail address, like name@example.org.' };
  if (password.length < PASSWORD_CHARS_MIN) {
    return {
      password: `That is ${password.length} of at least ${PASSWORD_CHARS_MIN} characters. Add a word.`,
    };
  }
  return null;
}

function problemsOf(error: unknown): Problems {
  const { code, text, detail } = errorText(error);
  if (code === 'conflict') return { email: 'There is already an account with this e-mail. Sign in instead.' };
  if (code === 'password_weak') return { password: text };
  if (code === 'forbidden') return { form: signInErrorText('sign_up_closed') };
  return { form: detail === undefined ? text : `${text} (${detail})` };
}

export function SignUpForm({ next }: { next: string }) {
  const client = useTRPCClient();
  const [problems, setProblems] = useState<Problems>({});

  // gcTime 0, and the form is read inside, so that no cache keeps the password.
  const signUp = useMutation({
    gcTime: 0,
    mutationFn: async (element: HTMLFormElement) => {
      const { name, email, password } = readForm(element);
      await client.account.signUp.mutate({ email, password, ...(name === '' ? {} : { name }) });
      return signInWithPassword(email, password);
    },
    onSuccess: (error) =>
      error === null ? window.location.assign(next) : setProblems({ form: signInErrorText(error) }),
    onError: (error) => setProblems(problemsOf(error)),
  });
  const pending = signUp.isPending || (signUp.isSuccess && signUp.data === null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const found = check(readForm(event.currentTarget));
    setProblems(found ?? {});
    if (found === null) signUp.mutate(event.currentTarget);
    else focusField(event.currentTarget, found.email === undefined ? 'password' : 'email');
  }

  return (
    <form onSubmit={submit} method="post" noValidate className="grid gap-5">
      <FormError>{problems.form ?? null}</FormError>
      <Field id="name" label="Name" optional>
        <Input id="name" name="name" autoComplete="name" maxLength={PERSON_NAME_CHARS_MAX} />
      </Field>
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
      <Field id="password" label="Password" hint={PASSWORD_HINT} error={problems.password}>
        <PasswordField
          id="password"
          name="password"
          autoComplete="new-password"
          required
          aria-invalid={problems.password !== undefined}
          aria-describedby={problems.password === undefined ? 'password-hint' : 'password-error'}
        />
      </Field>
      <SubmitButton pending={pending}>{pending ? 'Creating your account' : 'Create account'}</SubmitButton>
    </form>
  );
}
