import { type RefObject, useEffect, useState } from 'react';

/** The index of the visible panel in a swiped row. */
export function useCurrentPanel(scroller: RefObject<HTMLDivElement | null>, count: number): number {
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const root = scroller.current;
    if (!root || count < 2) return;
    const panels = [...root.children];
    // The observer does not fire again for panels that stay visible after a resize.
    const inSight = new Set<Element>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) inSight.add(target);
          else inSight.delete(target);
        }
        const first = panels.findIndex((panel) => inSight.has(panel));
        if (first >= 0) setCurrent(first);
      },
      { root, threshold: 0.6 },
    );
    for (const panel of panels) observer.observe(panel);
    return () => observer.disconnect();
  }, [scroller, count]);
  return current;
}
