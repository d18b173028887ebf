import { AppError } from '@aideator/contract/errors';
import { z } from 'zod';

export interface Cursor {
  at: Date;
  id: string;
}

const cursorSchema = z.tuple([z.number().int().min(0).max(8.64e15), z.string().regex(/^\w{1,64}$/)]);

/** The end of a page, as opaque text. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.at.getTime(), cursor.id])).toString('base64url');
}

/** Throws AppError `invalid_input` for text that is not a valid cursor. */
export function decodeCursor(text: string): Cursor {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at: new Date(at), id };
  } catch (cause) {
    throw new AppError('invalid_input', 'malformed cursor', { cause });
  }
}
