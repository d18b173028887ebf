/** Attributes of a scrollable element, so that it has a name and can be scrolled by keyboard. */
export function scrollable(label: string) {
  return { role: 'group', 'aria-label': label, tabIndex: 0 } as const;
}
