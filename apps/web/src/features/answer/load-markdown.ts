/** The renderer is most of what a page needs to show an answer, so it comes with the first one. */
export const loadMarkdown = () => import('./answer-markdown.tsx');

/** Fetches the renderer ahead of the first token. A failure shows later, as plain text. */
export function preloadMarkdown(): void {
  loadMarkdown().catch(() => undefined);
}
