import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { type ColumnWeights, columnsVariable, columnTemplate, parseColumns } from './columns.ts';

/** How a person reads several answers. Remembered in a cookie, so that the server's first render is right. */
export interface ReadingLayout {
  /** True if all panels are shown; otherwise those after the fourth are folded away. */
  unfolded: boolean;
  /** The widths of the columns, by how many there are. Where nothing is remembered they are equal. */
  columns: Readonly<Record<number, ColumnWeights>>;
  /** True if all panels of a turn scroll together. */
  together: boolean;
}

export const READING_LAYOUT_COOKIE = 'aideator.reading';

export const DEFAULT_READING_LAYOUT: ReadingLayout = { unfolded: false, columns: {}, together: false };

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseAllColumns(value: unknown): ReadingLayout['columns'] {
  const known = record(value);
  const counts = Array.from({ length: MODELS_PER_TURN_MAX }, (_, index) => index + 1);
  return Object.fromEntries(
    counts.flatMap((count) => {
      const weights = parseColumns(known[count], count);
      return weights ? [[count, weights]] : [];
    }),
  );
}

/** Reads the cookie. Whatever is missing or invalid has its default. */
export function parseReadingLayout(text: string | undefined): ReadingLayout {
  const { unfolded, columns, together } = record(parsed(text ?? ''));
  return { unfolded: unfolded === true, columns: parseAllColumns(columns), together: together === true };
}

export function readingLayoutText(layout: ReadingLayout): string {
  return JSON.stringify(layout);
}

/** CSS variables with the templates of all remembered columns. */
export function columnStyle(
  columns: ReadingLayout['columns'],
): Readonly<Record<`--columns-${number}`, string>> {
  return Object.fromEntries(
    Object.entries(columns).map(([count, weights]) => [
      columnsVariable(Number(count)),
      columnTemplate(weights),
    ]),
  );
}
