/** Relative widths of the columns of a row of panels. Their sum is the number of columns, so that 1 is an equal share. */
export type ColumnWeights = readonly number[];

/** A narrower panel has no room for its figures and buttons. */
const COLUMN_WIDTH_MIN_REM = 12;
export const COLUMN_WIDTH_MIN_PX = COLUMN_WIDTH_MIN_REM * 16;

/** Bounds of a column's share of what it has together with its right neighbour, in percent. */
export const SHARE_PERCENT = { min: 10, max: 90 };

const DIGITS = 3;
const COLUMNS_MIN = 2;

export const equalColumns = (columns: number): ColumnWeights => Array.from({ length: columns }, () => 1);

function normalised(widths: readonly number[]): ColumnWeights {
  const sum = widths.reduce((total, width) => total + width, 0);
  return widths.map((width) => Number(((width / sum) * widths.length).toFixed(DIGITS)));
}

interface Resize {
  /** The present widths of all columns, in pixels. */
  widths: readonly number[];
  /** The column whose right edge moves. */
  index: number;
  /** How far the edge moves to the right, in pixels. */
  deltaPx: number;
}

/** Moves the edge between two columns as far as both stay wide enough. The other columns keep their widths. */
export function resizedColumns({ widths, index, deltaPx }: Resize): ColumnWeights {
  const left = widths[index] ?? 0;
  const both = left + (widths[index + 1] ?? 0);
  const min = Math.min(both / 2, Math.max(COLUMN_WIDTH_MIN_PX, (both * SHARE_PERCENT.min) / 100));
  const next = Math.min(both - min, Math.max(min, left + deltaPx));
  return normalised(
    widths.map((width, at) => (at === index ? next : at === index + 1 ? both - next : width)),
  );
}

/** The share of a column of what it has together with its right neighbour, in percent. */
export function sharePercent(weights: ColumnWeights, index: number): number {
  const left = weights[index] ?? 1;
  return Math.round((100 * left) / (left + (weights[index + 1] ?? 1)));
}

/** The name of the CSS variable that holds the template of this many columns. */
export const columnsVariable = (columns: number): `--columns-${number}` => `--columns-${columns}`;

/** The value of `grid-template-columns`. */
export function columnTemplate(weights: ColumnWeights): string {
  return weights.map((weight) => `minmax(${COLUMN_WIDTH_MIN_REM}rem, ${weight}fr)`).join(' ');
}

/** Reads remembered weights. Returns undefined if they do not belong to this number of columns or make no sense. */
export function parseColumns(value: unknown, columns: number): ColumnWeights | undefined {
  if (!Array.isArray(value) || value.length !== columns || columns < COLUMNS_MIN) return undefined;
  const isWeight = (weight: unknown): weight is number =>
    typeof weight === 'number' && weight > 0 && weight < columns;
  return value.every(isWeight) ? normalised(value) : undefined;
}
