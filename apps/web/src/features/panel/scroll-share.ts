/** The part of an element's scroll position that a share is computed from, in pixels. */
export type Scrolled = Pick<Element, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;

const range = ({ scrollHeight, clientHeight }: Scrolled): number => Math.max(0, scrollHeight - clientHeight);

/** How far an element is scrolled, from 0 at its start to 1 at its end; undefined if all of it is visible. */
export function scrollShare(box: Scrolled): number | undefined {
  const rangePx = range(box);
  return rangePx === 0 ? undefined : Math.min(1, Math.max(0, box.scrollTop / rangePx));
}

/** The scroll position of an element at a share, in whole pixels. */
export function scrollTopAt(share: number, box: Scrolled): number {
  return Math.round(share * range(box));
}
