/** A source that a provider cited for an answer. Without zod, because the runner uses it. */
export interface Citation {
  /** http or https. */
  url: string;
  title?: string | undefined;
}

export const CITATIONS_MAX = 100;
/** UTF-16 units, so that one citation always fits into a line of the runner. */
export const CITATION_URL_CHARS_MAX = 1_500;
export const CITATION_TITLE_CHARS_MAX = 300;

/** Appends the citations of `more` with a new address to the earlier ones, and fills in missing titles. */
export function mergeCitations(earlier: readonly Citation[], more: readonly Citation[]): Citation[] {
  const byUrl = new Map(earlier.map((citation) => [citation.url, citation]));
  for (const citation of more) {
    const known = byUrl.get(citation.url);
    if (!known) byUrl.set(citation.url, citation);
    else if (known.title === undefined && citation.title !== undefined) byUrl.set(citation.url, citation);
  }
  return [...byUrl.values()].slice(0, CITATIONS_MAX);
}
