/** Read by the server, so that the first render needs no correction in the browser. */
export const SIDEBAR_COOKIE = 'aideator.sidebar';
export const TIME_ZONE_COOKIE = 'aideator.tz';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

export function writeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
