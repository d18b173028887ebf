import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { ERROR_DETAIL_CHARS_MAX } from './limits.ts';
import { storedTextSchema } from './stored-values.ts';

/** The schema of `ErrorInfo` in errors.ts. Separate, so that pages can load the texts without zod. */
export const errorInfoSchema = z.object({
  code: z.enum(ERROR_CODES),
  detail: storedTextSchema(ERROR_DETAIL_CHARS_MAX * 3)
    .max(ERROR_DETAIL_CHARS_MAX)
    .optional(),
});
