/** The client's address as the guard wrote it (listener/guard.ts), whatever headers the client itself sent. */
export function clientAddress(headers: Headers): string {
  return headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown';
}
