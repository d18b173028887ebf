import { z } from 'zod';

import type { SamplingParameters } from './run-spec.ts';

/** A model that can be chosen, as the picker needs it. Prices in USD per million tokens, as decimal text. */
export const modelSchema = z.object({
  /** What the gateway is asked for; unique. */
  id: z.string(),
  /** For people: `GPT-5.2 mini`. */
  name: z.string(),
  /** `openai`, `anthropic`, …, or `local`. */
  provider: z.string(),
  providerName: z.string(),
  /** What sets it apart, if that has to be said: sampling and instruction of the small local models. */
  description: z.string().optional(),
  contextTokens: z.number().int().positive().optional(),
  outputTokensMax: z.number().int().positive().optional(),
  inputUsdPerMillion: z.string().optional(),
  outputUsdPerMillion: z.string().optional(),
  capabilities: z.array(z.enum(['vision', 'tools', 'reasoning', 'json', 'web_search', 'audio'])),
  /**
   * `server`: callable as it is. `own`: callable with the person's key (`own-key/…`).
   * `needed`: the person must add a key of this provider first.
   */
  key: z.enum(['server', 'own', 'needed']),
});
export type Model = z.infer<typeof modelSchema>;
export type ModelCapability = Model['capabilities'][number];

/** A model as the gateway's catalogue knows it, before anything is known about a person. */
export type CatalogueModel = Omit<Model, 'key'> & {
  /** True for entries of the server's own key (or without one); false for `own-key/…` entries. */
  serverKey: boolean;
  /** What sets entries over the same small model apart; the server puts it into the run. */
  preset?: { systemText?: string; parameters?: SamplingParameters };
};

/** Providers whose keys a person may bring. `keyPattern` checks shape only; `keyHint` says where to find one. */
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
