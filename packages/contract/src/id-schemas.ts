import { z } from 'zod';
import { type Id, type IdKind, isId } from './ids.ts';

/** Schemas of ids. Apart from ids.ts, so that runners and pages need not load zod for ids. */
function idSchema<K extends IdKind>(kind: K): z.ZodType<Id<K>, Id<K>> {
  return z.custom<Id<K>>((value) => isId(kind, value), `not a ${kind} id`);
}

export const sessionIdSchema = idSchema('session');
export const turnIdSchema = idSchema('turn');
export const responseIdSchema = idSchema('response');
export const runIdSchema = idSchema('run');
export const preferenceIdSchema = idSchema('preference');
