import { TITLE_CHARS_MAX } from '@aideator/contract/limits';
import { WITHOUT_NUL } from '@aideator/contract/stored-values';
import { z } from 'zod';

export const titleSchema = z
  .string()
  .trim()
  .min(1, 'a title needs at least one character')
  .max(TITLE_CHARS_MAX)
  .refine(...WITHOUT_NUL);
