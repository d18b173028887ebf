import { type RefObject, useEffect } from 'react';
import { scrollShare, scrollTopAt } from './scroll-share.ts';

/** What a person does to scroll. A panel that scrolls without it follows its answer or another panel. */
const SCROLLING_EVENTS = ['wheel', 'pointerdown', 'touchstart', 'keydown'] as const;
const SCROLLER = '[data-scroller]';
const CAPTURED = { capture: true, passive: true };

/** Scrolls all panels within `root` to the same share of their answers as the one that the person scrolls. */
export function useScrollTogether(root: RefObject<HTMLElement | null>, enabled: boolean): void {
  useEffect(() => {
    const element = root.current;
    if (!enabled || !element) return;
    /** The panel that the person scrolls. The others follow it, and their own scroll events lead nowhere. */
    let leader: Element | null | undefined;
    const onScrolling = ({ target }: Event) => {
      const panel = target instanceof Element ? target.closest('[data-panel]') : undefined;
      leader = panel?.querySelector(SCROLLER) ?? leader;
    };
    // Scroll events do not bubble, but they can be captured.
    const onScroll = ({ target }: Event) => {
      if (!leader || target !== leader) return;
      const share = scrollShare(leader);
      if (share === undefined) return;
      for (const other of element.querySelectorAll(SCROLLER)) {
        // Not smoothly, even where the style says so: the others would lag behind.
        if (other !== leader) other.scrollTo({ top: scrollTopAt(share, other), behavior: 'instant' });
      }
    };
    for (const name of SCROLLING_EVENTS) element.addEventListener(name, onScrolling, CAPTURED);
    element.addEventListener('scroll', onScroll, CAPTURED);
    return () => {
      for (const name of SCROLLING_EVENTS) element.removeEventListener(name, onScrolling, CAPTURED);
      element.removeEventListener('scroll', onScroll, CAPTURED);
    };
  }, [root, enabled]);
}
