'use client';

import { useEffect } from 'react';
import { isComposing } from '~/lib/composing.ts';

/**
 * Hides the Enter and Escape keys of a composition from all key handlers of the page. Otherwise such an Escape would
 * close popups of libraries. The input method still gets the keys.
 */
export function ComposingGuard() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.key === 'Escape' || event.key === 'Enter') && isComposing(event)) {
        event.stopImmediatePropagation();
      }
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
  return null;
}
