'use client';

import { type ComponentProps, type ReactNode, Suspense, startTransition, useState } from 'react';

interface DeferredMenuProps extends Omit<ComponentProps<'button'>, 'type'> {
  /** Loads the menu's code. Called when the pointer or the focus reaches the button. */
  preload: () => Promise<unknown>;
  /** The menu, open when mounted, with a trigger that looks like this button. */
  menu: ReactNode;
}

/**
 * A placeholder for a menu until it is first pressed. Menus are a large part of a page's first JavaScript, and few are ever
 * opened. The menu opens as soon as its code is loaded.
 */
export function DeferredMenu({ preload, menu, children, ...button }: DeferredMenuProps) {
  const [wanted, setWanted] = useState(false);
  // A failed preload is repeated on press, where the error boundary shows a failure.
  const fetchCode = () => void preload().catch(() => undefined);
  if (wanted) return <Suspense>{menu}</Suspense>;
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={fetchCode}
      onFocus={fetchCode}
      onClick={() => startTransition(() => setWanted(true))}
      {...button}
    >
      {children}
    </button>
  );
}
