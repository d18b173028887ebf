import { useEffect, useEffectEvent } from 'react';
import { isComposing } from './composing.ts';

/** Popups that close on Escape by themselves. */
const OPEN = '[role="dialog"], [role="alertdialog"], [role="menu"]';

export function isPopupOpen(): boolean {
  return document.querySelector(OPEN) !== null;
}

/** Calls `action` on Escape while `enabled`, unless a popup is open or an element matches the selector `after`. */
export function useEscape(enabled: boolean, action: () => void, after?: string): void {
  const act = useEffectEvent(action);
  useEffect(() => {
    if (!enabled) return;
    const first = after === undefined ? OPEN : `${OPEN}, ${after}`;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
      if (document.querySelector(first)) return;
      event.preventDefault();
      act();
    };
    // In the capture phase a popup that this key closes is still in the document.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [enabled, after]);
}
