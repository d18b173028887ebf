import { z } from 'zod';

/**
 * Our config writes this into a model's `model_info` under `aideator`, and the catalogue reads it back. LiteLLM forwards it
 * unchanged, also for every model of an expanded wildcard.
 */
export const markSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wildcard'), provider: z.string(), ownKey: z.boolean() }),
  z.object({
    kind: z.literal('model'),
    name: z.string(),
    provider: z.string(),
    providerName: z.string(),
    description: z.string().optional(),
    contextTokens: z.number().optional(),
    outputTokensMax: z.number().optional(),
    systemText: z.string().optional(),
    temperature: z.number().optional(),
  }),
]);
export type Mark = z.infer<typeof markSchema>;
export type ModelMark = Extract<Mark, { kind: 'model' }>;
