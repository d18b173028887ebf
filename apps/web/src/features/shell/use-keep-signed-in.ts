import { useEffect } from 'react';

const KEY = 'aideator.session-renewed-at';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Renews the session cookie once a day, so that only people who are away for a month have to sign in again. */
export function useKeepSignedIn(): void {
  useEffect(() => {
    const renewedAt = Number(localStorage.getItem(KEY) ?? 0);
    if (Date.now() - renewedAt < DAY_MS) return;
    const abort = new AbortController();
    fetch('/api/auth/session', { signal: abort.signal })
      .then((response) => response.text())
      .then(() => localStorage.setItem(KEY, String(Date.now())))
      // Try again tomorrow: the cookie lasts for weeks.
      .catch(() => undefined);
    return () => abort.abort();
  }, []);
}
