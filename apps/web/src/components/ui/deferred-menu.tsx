'use client';

import { type ComponentProps, type ReactNode, Suspense, startTransition, useState } from 'react';

interface DeferredMenuProps extends Omit<ComponentProps<'button'>, 'type'> {
  /** Starts fetching the menu's code; called when somebody comes near. */
  preload: () => Promise<unknown>;
  /** The menu with a trigger that looks like this button, open at first. */
  menu: ReactNode;
}

/**
 * A button that stands in for a menu until it is first pressed: menus are a good part of a page's first JavaScript, and
 * few are ever opened. The press is not lost, the menu opens as soon as it is there.
 */
export function DeferredMenu({ preload, menu, children, ...button }: DeferredMenuProps) {
  const [wanted, setWanted] = useState(false);
  // What cannot be fetched now is fetched at the press, and its failure shown by the page's error boundary.
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
