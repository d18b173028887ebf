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
 * sidebar can be hidden. A panel is never narrower than about 270 pixels.
 */
const COLUMNS: Layouts = {
  1: '',
  2: '@min-[35rem]:grid-cols-2',
  3: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2',
  4: '@min-[35rem]:grid-cols-2 @min-[69rem]:grid-cols-4',
  // A row of three above a row of two wider ones.
  5: [
    '@min-[35rem]:grid-cols-2 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2 @min-[88rem]:grid-cols-5',
    '@min-[52rem]:@max-[88rem]:grid-cols-6 @min-[52rem]:@max-[88rem]:[&>*]:col-span-2',
    '@min-[52rem]:@max-[88rem]:[&>:nth-last-child(-n+2)]:col-span-3',
  ].join(' '),
  6: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[106rem]:grid-cols-6',
};
const ROWS: Layouts = {
  1: '',
  2: '',
  3: '@min-[35rem]:[--rows:2] @min-[52rem]:[--rows:1]',
  4: '@min-[35rem]:[--rows:2] @min-[69rem]:[--rows:1]',
  5: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[88rem]:[--rows:1]',
  6: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[106rem]:[--rows:1]',
};

/** Classes for the grid of this many panels and for its container. */
export function gridLayout(panels: number): { columns: string | undefined; rows: string | undefined } {
  return { columns: at(COLUMNS, panels), rows: at(ROWS, panels) };
}

const at = (layouts: Layouts, panels: number): string | undefined =>
  (layouts as Readonly<Record<number, string>>)[panels];
