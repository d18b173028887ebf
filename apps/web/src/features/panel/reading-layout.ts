/** How a person reads several answers. Remembered in a cookie, so that the server's first render is right. */
export interface ReadingLayout {
  /** True if all panels are shown; otherwise those after the fourth are folded away. */
  unfolded: boolean;
}

export const READING_LAYOUT_COOKIE = 'aideator.reading';

export const DEFAULT_READING_LAYOUT: ReadingLayout = { unfolded: false };

function record(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Reads the cookie. Whatever is missing or invalid has its default. */
export function parseReadingLayout(text: string | undefined): ReadingLayout {
  const { unfolded } = record(text ?? '');
  return { unfolded: unfolded === true };
}

export function readingLayoutText(layout: ReadingLayout): string {
  return JSON.stringify(layout);
}
