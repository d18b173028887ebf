/** More panels than this are folded away at first. */
export const SHOWN_WHEN_FOLDED = 4;

/** How many of these panels are folded away. */
export function foldedCount(panels: number, unfolded: boolean): number {
  return unfolded ? 0 : Math.max(0, panels - SHOWN_WHEN_FOLDED);
}
