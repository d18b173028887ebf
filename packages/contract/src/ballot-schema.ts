import { z } from 'zod';
import { type Ballot, namedIn } from './ballots.ts';
import { type Circumstances, WIDTH_CLASSES } from './circumstances.ts';
import { responseIdSchema } from './id-schemas.ts';
import { MODELS_PER_TURN_MAX, STORED_INTEGER_MAX } from './limits.ts';
import { REASONS, WORST_REASONS } from './reasons.ts';
import { LIVE_STATUSES } from './statuses.ts';
import { attemptSchema } from './stored-values.ts';

/** Schemas of a ballot, its reasons and its circumstances. Apart from their types, so that pages need not load zod. */

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

const tierSchema = z.array(responseIdSchema).min(1).max(MODELS_PER_TURN_MAX);

/** The server also checks that the responses belong to the turn. */
export const ballotSchema = z
  .object({
    tiers: z.array(tierSchema).max(MODELS_PER_TURN_MAX),
    worst: responseIdSchema.nullable(),
  })
  .refine((ballot) => isUnique(namedIn(ballot)), 'names a response twice')
  .refine(
    (ballot) => namedIn(ballot).length <= MODELS_PER_TURN_MAX,
    'names too many responses',
  ) satisfies z.ZodType<Ballot>;

const TWICE = 'contains a reason twice';
export const reasonsSchema = z.array(z.enum(REASONS)).max(REASONS.length).refine(isUnique, TWICE);
export const worstReasonsSchema = z
  .array(z.enum(WORST_REASONS))
  .max(WORST_REASONS.length)
  .refine(isUnique, TWICE);

const msSchema = z.number().int().nonnegative().max(STORED_INTEGER_MAX);

export const circumstancesSchema = z.object({
  panels: z
    .array(z.object({ responseId: responseIdSchema, attempt: attemptSchema, status: z.enum(LIVE_STATUSES) }))
    .min(1)
    .max(MODELS_PER_TURN_MAX)
    .refine((panels) => isUnique(panels.map(({ responseId }) => responseId)), 'shows a response twice'),
  widthClass: z.enum(WIDTH_CLASSES),
  metricsVisible: z.boolean(),
  msSinceFirstAnswer: msSchema.nullable(),
  decidedMsAgo: msSchema,
}) satisfies z.ZodType<Circumstances>;
