import { z } from 'zod';
import { STORED_INTEGER_MAX } from './limits.ts';

/** A count of tokens that fits an integer column. */
export const tokenCountSchema = z.number().int().nonnegative().max(STORED_INTEGER_MAX);

/** Milliseconds that fit an integer column after rounding. */
export const durationMsSchema = z.number().nonnegative().max(STORED_INTEGER_MAX);

/** The number of an attempt of a response: 1, 2, 3, … */
export const attemptSchema = z.number().int().positive().max(STORED_INTEGER_MAX);

/** PostgreSQL cannot store a NUL character in a text column. */
export const hasNul = (text: string): boolean => text.includes('\0');

/** Arguments of `refine` for stored text: `z.string().refine(...WITHOUT_NUL)`. */
export const WITHOUT_NUL = [
  (text: string): boolean => !hasNul(text),
  'cannot contain a NUL character',
] as const satisfies [(text: string) => boolean, string];

/** Text that fits a text column. `bytesMax` counts UTF-8. */
export const storedTextSchema = (bytesMax: number) =>
  z
    .string()
    .refine(...WITHOUT_NUL)
    // A UTF-16 unit takes at most 3 bytes, so most texts need not be measured.
    .refine((text) => text.length * 3 <= bytesMax || utf8Bytes(text) <= bytesMax, `over ${bytesMax} bytes`);

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;
