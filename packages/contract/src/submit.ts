import { z } from 'zod';
import { sessionIdSchema } from './id-schemas.ts';
import { samplingParametersSchema } from './run-spec.ts';
import { REVEAL_PACES } from './statuses.ts';
import { WITHOUT_NUL } from './stored-values.ts';

/** One model to ask. Several panels may have the same model. */
export const panelSchema = z.object({
  modelId: z.string().min(1).max(300),
  /** Set by the person. The model's preset or the provider decides absent ones. */
  parameters: z.strictObject(samplingParametersSchema.shape).optional(),
});
export type PanelInput = z.infer<typeof panelSchema>;

const common = {
  /** Absent: the turn starts a new session. */
  sessionId: sessionIdSchema.optional(),
  /** The service checks its length and the number of panels, because both have their own error codes. */
  prompt: z.string(),
  /** A further submit with the same key returns the turn of the first. */
  idempotencyKey: z
    .string()
    .min(8)
    .max(100)
    .refine(...WITHOUT_NUL),
};

const PANELS_READ_MAX = 100;

/** Input of `turn.submit`: a comparison of models, or the next prompt to the response that was chosen in the last turn. */
export const submitSchema = z.discriminatedUnion('mode', [
  z.object({
    ...common,
    mode: z.literal('compare'),
    panels: z.array(panelSchema).max(PANELS_READ_MAX),
    /** Hides which model gives which response until the verdict. The responses are in a random order. */
    blind: z.strictObject({ pace: z.enum(REVEAL_PACES) }).optional(),
  }),
  z.object({ ...common, mode: z.literal('continue') }),
]);
export type SubmitInput = z.infer<typeof submitSchema>;
