import { type RefObject, useEffect, useState } from 'react';

/** Which panel is in the middle of what can be swiped. */
export function useCurrentPanel(scroller: RefObject<HTMLDivElement | null>, count: number): number {
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const root = scroller.current;
    if (!root || count < 2) return;
    const panels = [...root.children];
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (entry.isIntersecting) setCurrent(panels.indexOf(entry.target));
        }
      },
      { root, threshold: 0.6 },
    );
    for (const panel of panels) observer.observe(panel);
    return () => observer.disconnect();
  }, [scroller, count]);
  return current;
}
