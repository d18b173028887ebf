import { TITLE_CHARS_MAX } from '@aideator/contract/limits';
import { z } from 'zod';

export const titleSchema = z
  .string()
  .trim()
  .min(1, 'a title needs at least one character')
  .max(TITLE_CHARS_MAX)
  .refine((text) => !text.includes('\0'), 'a title cannot hold a NUL character');
