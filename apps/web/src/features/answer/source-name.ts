import type { Citation } from '@aideator/contract/citations';

/** True for http and https: nothing else becomes a link. */
export function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

const TITLE_CHARS_MAX = 80;

/** What a source is called: its title, or its address without the scheme, and the host that it is on. */
export function sourceName({ url, title }: Citation): { title: string; host: string } {
  const host = isWebAddress(url) ? new URL(url).host : url;
  if (title) return { title, host };
  const address = url.replace(/^https?:\/\/(?:www\.)?/i, '').replace(/\/$/, '');
  return {
    title: address.length > TITLE_CHARS_MAX ? `${address.slice(0, TITLE_CHARS_MAX - 1)}…` : address,
    host,
  };
}
