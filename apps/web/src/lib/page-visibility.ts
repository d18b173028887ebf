import { orAborted } from './abort.ts';

type Page = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/** Resolves once the page is shown; rejects when `signal` aborts. */
export async function whenShown(page: Page, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onChange = () => {
    if (page.visibilityState === 'visible') resolve();
  };
  page.addEventListener('visibilitychange', onChange);
  try {
    onChange();
    await orAborted(promise, signal);
  } finally {
    page.removeEventListener('visibilitychange', onChange);
  }
}

/** A signal that aborts when the page is hidden, or with `signal`. */
export function untilHidden(page: Page, signal: AbortSignal): AbortSignal {
  const hidden = new AbortController();
  const abort = () => {
    hidden.abort();
    page.removeEventListener('visibilitychange', onChange);
    signal.removeEventListener('abort', abort);
  };
  const onChange = () => {
    if (page.visibilityState === 'hidden') abort();
  };
  page.addEventListener('visibilitychange', onChange);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  onChange();
  return hidden.signal;
}
