/** Marks the element that holds one answer. */
export const ANSWER_ATTRIBUTE = 'data-answer';

/** The name of a heading in links, as Git forges make it. */
function slugOf(heading: Element): string {
  const text = heading.textContent?.trim().toLowerCase() ?? '';
  return text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
}

/** Scrolls to a footnote or heading of the answer that a link is in. Other answers and the page's address stay as they are. */
export function jumpTo(id: string, from: Element): void {
  const answer = from.closest(`[${ANSWER_ATTRIBUTE}]`);
  const target =
    answer?.querySelector<HTMLElement>(`#${CSS.escape(id)}`) ??
    [...(answer?.querySelectorAll<HTMLElement>('h4') ?? [])].find((heading) => slugOf(heading) === id);
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.scrollIntoView({ block: 'nearest' });
  target.focus({ preventScroll: true });
}
