import { z } from 'zod';
import { CITATION_TITLE_CHARS_MAX, CITATION_URL_CHARS_MAX, CITATIONS_MAX } from './citations.ts';
import { storedTextSchema } from './stored-values.ts';

export const citationSchema = z.object({
  url: storedTextSchema(CITATION_URL_CHARS_MAX * 3)
    .max(CITATION_URL_CHARS_MAX)
    .regex(/^https?:\/\//i),
  title: storedTextSchema(CITATION_TITLE_CHARS_MAX * 3)
    .max(CITATION_TITLE_CHARS_MAX)
    .optional(),
});

/** Ordered by their numbers in the answer: `[1]` is the first. Each address occurs once. */
export const citationsSchema = z.array(citationSchema).max(CITATIONS_MAX);
