import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { ERROR_DETAIL_CHARS_MAX } from './limits.ts';

/** `ErrorInfo` of errors.ts as a schema; apart from it so that pages need not load zod for the texts. */
export const errorInfoSchema = z.object({
  code: z.enum(ERROR_CODES),
  detail: z.string().max(ERROR_DETAIL_CHARS_MAX).optional(),
});
