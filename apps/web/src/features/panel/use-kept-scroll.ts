import type { ResponseId } from '@aideator/contract/ids';
import { type RefObject, useEffectEvent, useLayoutEffect } from 'react';

/** Where each answer was scrolled to when its panel was last taken off the page, in pixels. */
export type KeptScroll = Map<ResponseId, number>;

interface KeptScrollOptions {
  kept: KeptScroll;
  responseId: ResponseId;
  /** True while the page scrolls the answer. Then there is no place that the person chose. */
  follows: boolean;
}

/** Shows an answer where the person left it, after another one was read alone. */
export function useKeptScroll(
  box: RefObject<HTMLElement | null>,
  { kept, responseId, follows }: KeptScrollOptions,
): void {
  const show = useEffectEvent((element: HTMLElement) => {
    const top = kept.get(responseId);
    if (top !== undefined && !follows) element.scrollTo({ top, behavior: 'instant' });
  });
  const keep = useEffectEvent((element: HTMLElement) => {
    if (follows) kept.delete(responseId);
    else kept.set(responseId, element.scrollTop);
  });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    show(element);
    return () => keep(element);
  }, [box]);
}
