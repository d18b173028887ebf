import { type RefObject, useEffect, useState } from 'react';

/** Which panel is in the middle of what can be swiped. */
export function useCurrentPanel(scroller: RefObject<HTMLDivElement | null>, count: number): number {
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const root = scroller.current;
    if (!root || count < 2) return;
    const panels = [...root.children];
    // Side by side all are in sight; of those that still are when the window becomes narrow, none is told of again.
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
