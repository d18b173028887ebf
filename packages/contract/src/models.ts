import { z } from 'zod';

import type { SamplingParameters } from './run-spec.ts';

const usdPerMillionSchema = z.string().optional();

/** Prices of a model, in USD per million tokens, as decimal text. A missing price is unknown, not zero. */
export const pricesSchema = z.object({
  inputUsdPerMillion: usdPerMillionSchema,
  outputUsdPerMillion: usdPerMillionSchema,
  /** For input tokens that the provider reads from its cache. Default: the price of other input. */
  cacheReadUsdPerMillion: usdPerMillionSchema,
  /** For input tokens that the provider writes to its cache. Default: the price of other input. */
  cacheWriteUsdPerMillion: usdPerMillionSchema,
  /** For output tokens of reasoning. Default: the price of other output. */
  reasoningUsdPerMillion: usdPerMillionSchema,
});
export type Prices = z.infer<typeof pricesSchema>;

export const modelPricesSchema = pricesSchema.extend({
  /**
   * Prices of calls with more input tokens than a threshold, in ascending order of thresholds. They replace the model's
   * prices for the whole call; prices that are missing here do not change.
   */
  longInputPrices: z.array(pricesSchema.extend({ aboveInputTokens: z.number().int().positive() })).optional(),
});
export type ModelPrices = z.infer<typeof modelPricesSchema>;

/** A model as the picker shows it. */
export const modelSchema = modelPricesSchema.extend({
  /** The model name in calls of the gateway; unique. */
  id: z.string(),
  /** For people: `GPT-5.2 mini`. */
  name: z.string(),
  /** `openai`, `anthropic`, …, or `local`. */
  provider: z.string(),
  providerName: z.string(),
  /** The difference from similar entries, such as the sampling and the instruction of the small local models. */
  description: z.string().optional(),
  contextTokens: z.number().int().positive().optional(),
  outputTokensMax: z.number().int().positive().optional(),
  capabilities: z.array(z.enum(['vision', 'tools', 'reasoning', 'json', 'web_search', 'audio'])),
  /**
   * `server`: callable without a key of the person. `own`: callable with the person's key (`own-key/…`).
   * `needed`: the person must add a key of this provider first.
   */
  key: z.enum(['server', 'own', 'needed']),
});
export type Model = z.infer<typeof modelSchema>;
export type ModelCapability = Model['capabilities'][number];

/** A model in the gateway's catalogue, the same for every person. */
export type CatalogueModel = Omit<Model, 'key'> & {
  /** True for entries that use the server's key or none; false for `own-key/…` entries. */
  serverKey: boolean;
  /** The longest wait for this model's first token, if it differs from the setting. */
  firstTokenTimeoutSeconds?: number;
  /** Parameters that distinguish entries over the same small model; the server puts them into the run. */
  preset?: { systemText?: string; parameters?: SamplingParameters };
};

/** Providers whose keys a person may add. `keyPattern` checks only the shape; `keyHint` says where to find a key. */
export const PROVIDERS = [
  { id: 'openai', name: 'OpenAI', keyPattern: /^sk-[\w-]{16,}$/, keyHint: 'starts with sk-' },
  { id: 'anthropic', name: 'Anthropic', keyPattern: /^sk-ant-[\w-]{16,}$/, keyHint: 'starts with sk-ant-' },
  { id: 'gemini', name: 'Google', keyPattern: /^[\w-]{30,}$/, keyHint: 'from Google AI Studio' },
  { id: 'mistral', name: 'Mistral', keyPattern: /^[\w-]{20,}$/, keyHint: '32 letters and digits' },
  { id: 'cohere', name: 'Cohere', keyPattern: /^[\w-]{20,}$/, keyHint: '40 letters and digits' },
  { id: 'groq', name: 'Groq', keyPattern: /^gsk_\w{16,}$/, keyHint: 'starts with gsk_' },
  { id: 'deepseek', name: 'DeepSeek', keyPattern: /^sk-[\w-]{16,}$/, keyHint: 'starts with sk-' },
  { id: 'xai', name: 'xAI', keyPattern: /^xai-[\w-]{16,}$/, keyHint: 'starts with xai-' },
  { id: 'openrouter', name: 'OpenRouter', keyPattern: /^sk-or-[\w-]{16,}$/, keyHint: 'starts with sk-or-' },
] as const;

export type ProviderId = (typeof PROVIDERS)[number]['id'];
export const providerIdSchema = z.enum(
  PROVIDERS.map((provider) => provider.id) as [ProviderId, ...ProviderId[]],
);
