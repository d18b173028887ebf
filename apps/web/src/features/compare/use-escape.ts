import { useEffect, useEffectEvent } from 'react';

/** Calls `action` on Escape while `enabled`, unless something that is open wants the key itself. */
export function useEscape(enabled: boolean, action: () => void): void {
  const act = useEffectEvent(action);
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      act();
    };
    // In the capture phase: an open popup is still there to be seen.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [enabled]);
}
