import { type RefObject, useEffect } from 'react';
import { isPopupOpen } from '~/lib/use-escape.ts';
import { turnHotkey, turnToShow } from './turn-jump.ts';

/** Distance of a turn that is being read from the top of the conversation. */
export const GAP_ABOVE_PX = 12;

/** Alt+K and Alt+J jump to the previous and the next turn. Above the first one is the button that shows earlier ones. */
export function useTurnHotkeys(scroller: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const root = scroller.current;
      const jump = turnHotkey(event);
      if (!root || !jump || isPopupOpen()) return;
      event.preventDefault();
      const turns = [...root.querySelectorAll<HTMLElement>('[data-turn]')];
      const origin = root.getBoundingClientRect().top + GAP_ABOVE_PX;
      const tops = turns.map((turn) => turn.getBoundingClientRect().top - origin);
      const index = turnToShow(tops, jump);
      if (index === undefined) {
        if (jump === 'previous') root.querySelector<HTMLElement>('[data-earlier] button')?.focus();
        return;
      }
      // At once: a second press during a smooth scroll would start from the wrong place.
      root.scrollBy({ top: tops[index] ?? 0, behavior: 'instant' });
      turns[index]?.focus({ preventScroll: true });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [scroller]);
}
