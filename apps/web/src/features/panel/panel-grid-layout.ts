import type { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';

/** The numbers from 1 to `N`. */
type UpTo<N extends number, Counted extends number[] = []> = Counted['length'] extends N
  ? Counted[number]
  : UpTo<N, [...Counted, Next<Counted>]>;
type Next<Counted extends number[]> = [...Counted, 0]['length'] & number;

/** One entry per possible number of panels, so a larger limit does not compile without its layout. */
type Layouts = Readonly<Record<UpTo<typeof MODELS_PER_TURN_MAX>, string>>;

/**
 * Columns and rows by number of panels and by the width of their container. The window's width does not matter, because the
 * sidebar can be hidden. A panel is never narrower than about 270 pixels, until the person moves the
 * edge of its column.
 */
const COLUMNS: Layouts = {
  1: '',
  2: '@min-[35rem]:grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))]',
  3: '@min-[35rem]:grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))] @min-[52rem]:grid-cols-[var(--columns-3,repeat(3,minmax(0,1fr)))] @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2',
  4: '@min-[35rem]:grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))] @min-[69rem]:grid-cols-[var(--columns-4,repeat(4,minmax(0,1fr)))]',
  // A row of three above a row of two wider ones.
  5: [
    '@min-[35rem]:grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))] @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2 @min-[88rem]:grid-cols-[var(--columns-5,repeat(5,minmax(0,1fr)))]',
    '@min-[52rem]:@max-[88rem]:grid-cols-6 @min-[52rem]:@max-[88rem]:[&>*]:col-span-2',
    '@min-[52rem]:@max-[88rem]:[&>:nth-last-child(-n+2)]:col-span-3',
  ].join(' '),
  6: '@min-[35rem]:grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))] @min-[52rem]:grid-cols-[var(--columns-3,repeat(3,minmax(0,1fr)))] @min-[106rem]:grid-cols-[var(--columns-6,repeat(6,minmax(0,1fr)))]',
};
const ROWS: Layouts = {
  1: '',
  2: '',
  3: '@min-[35rem]:[--rows:2] @min-[52rem]:[--rows:1]',
  4: '@min-[35rem]:[--rows:2] @min-[69rem]:[--rows:1]',
  5: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[88rem]:[--rows:1]',
  6: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[106rem]:[--rows:1]',
};

/** A row of panels whose columns can be resized, and the class that shows its edges where the container is wide enough. */
interface ResizableRow {
  columns: number;
  className: string;
}

const TWO = 'grid-cols-[var(--columns-2,repeat(2,minmax(0,1fr)))]';
const THREE = 'grid-cols-[var(--columns-3,repeat(3,minmax(0,1fr)))]';

/** The counts of columns that `COLUMNS` leads to. Three above two have no edges in common, so they stay as they are. */
const RESIZABLE_ROWS: Readonly<Record<UpTo<typeof MODELS_PER_TURN_MAX>, readonly ResizableRow[]>> = {
  1: [],
  2: [{ columns: 2, className: `@min-[35rem]:grid ${TWO}` }],
  3: [
    { columns: 2, className: `@min-[35rem]:@max-[52rem]:grid ${TWO}` },
    { columns: 3, className: `@min-[52rem]:grid ${THREE}` },
  ],
  4: [
    { columns: 2, className: `@min-[35rem]:@max-[69rem]:grid ${TWO}` },
    { columns: 4, className: '@min-[69rem]:grid grid-cols-[var(--columns-4,repeat(4,minmax(0,1fr)))]' },
  ],
  5: [
    { columns: 2, className: `@min-[35rem]:@max-[52rem]:grid ${TWO}` },
    { columns: 5, className: '@min-[88rem]:grid grid-cols-[var(--columns-5,repeat(5,minmax(0,1fr)))]' },
  ],
  6: [
    { columns: 2, className: `@min-[35rem]:@max-[52rem]:grid ${TWO}` },
    { columns: 3, className: `@min-[52rem]:@max-[106rem]:grid ${THREE}` },
    { columns: 6, className: '@min-[106rem]:grid grid-cols-[var(--columns-6,repeat(6,minmax(0,1fr)))]' },
  ],
};

export function rowsOf(panels: number): readonly ResizableRow[] {
  return (RESIZABLE_ROWS as Readonly<Record<number, readonly ResizableRow[]>>)[panels] ?? [];
}

/** Classes for the grid of this many panels and for its container. */
export function gridLayout(panels: number): { columns: string | undefined; rows: string | undefined } {
  return { columns: at(COLUMNS, panels), rows: at(ROWS, panels) };
}

const at = (layouts: Layouts, panels: number): string | undefined =>
  (layouts as Readonly<Record<number, string>>)[panels];
