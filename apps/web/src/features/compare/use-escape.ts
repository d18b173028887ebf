import { useEffect, useEffectEvent } from 'react';

/** Open things that close on Escape by themselves. */
const OPEN = '[role="dialog"], [role="alertdialog"], [role="menu"]';

/**
 * Calls `action` on Escape while `enabled`, unless something that is open wants the key itself, or something that matches
 * `after` goes first.
 */
export function useEscape(enabled: boolean, action: () => void, after?: string): void {
  const act = useEffectEvent(action);
  useEffect(() => {
    if (!enabled) return;
    const first = after === undefined ? OPEN : `${OPEN}, ${after}`;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector(first)) return;
      event.preventDefault();
      act();
    };
    // In the capture phase: an open popup is still there to be seen.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [enabled, after]);
}
