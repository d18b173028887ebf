/** RFC 5321 bounds a path to 256 octets, of which two are brackets. */
export const EMAIL_CHARS_MAX = 254;

/** Normalizes an address, for lookups of accounts and for limits. */
export function normalizeEmail(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Whether an account can have this address. */
export function isStorableEmail(email: string): boolean {
  return email.length <= EMAIL_CHARS_MAX && email.isWellFormed() && !hasControlCharacter(email);
}

/** PostgreSQL cannot store NUL, and control characters cannot be typed. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
