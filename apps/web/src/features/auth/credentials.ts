/** Signs in with e-mail and password. Resolves with null, or with an error code for `signInErrorText`. */
export async function signInWithPassword(email: string, password: string): Promise<string | null> {
  const { signIn } = await import('next-auth/react');
  try {
    const answer = await signIn('credentials', { email, password, redirect: false });
    if (!answer) return 'internal';
    return answer.ok && answer.error === null ? null : (answer.error ?? 'internal');
  } catch {
    return 'unavailable';
  }
}

/** The text of a form's field; empty when it is absent. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Enough to catch a slip of the finger; whether mail arrives there is another question. */
export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/** Puts the cursor where something is to be mended. */
export function focusField(form: HTMLFormElement, name: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}
