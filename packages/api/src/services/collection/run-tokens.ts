import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A one-use token for a claim, and its hash for the database. */
export function newRunToken(): { token: string; tokenSha256: string } {
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  return { token, tokenSha256: sha256(token) };
}

/** Hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
