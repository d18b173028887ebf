/** For an element that scrolls what is in it: without them it can't be scrolled by keyboard, nor named. */
export function scrollable(label: string) {
  return { role: 'group', 'aria-label': label, tabIndex: 0 } as const;
}
