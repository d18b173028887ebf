/** Signs in with e-mail and password. Resolves with null, or with an error code for `signInErrorText`. */
export async function signInWithPassword(email: string, password: string): Promise<string | null> {
  const { signIn } = await import('next-auth/react');
  try {
    const response = await signIn('credentials', { email, password, redirect: false });
    if (!response) return 'internal';
    return response.ok && response.error === null ? null : (response.error ?? 'internal');
  } catch {
    return 'unavailable';
  }
}

/** The text of a form's field; empty when it is absent. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Catches typing errors. It does not check whether the address exists. */
export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/** Focuses the first field with an error. */
export function focusField(form: HTMLFormElement, name: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}
