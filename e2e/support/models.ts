/** The four preselected models. */
export const NAMES = ['Alder', 'Birch', 'Cedar', 'Dogwood'] as const;
export type Name = (typeof NAMES)[number];

export const modelId = (name: Name) => `${name.toLowerCase()}-1`;

/** A provider without a server key, and its model. */
export const LOCKED = { provider: 'Groq', model: 'Hazel 1' } as const;

export interface ShownModel {
  id: string;
  name: string;
  provider: string;
  providerName: string;
  /** Differences from the default facts, such as context and prices in USD per token. */
  facts?: Partial<typeof FACTS>;
}

const FACTS = {
  mode: 'chat',
  max_input_tokens: 128_000,
  max_output_tokens: 16_384,
  input_cost_per_token: 1e-6,
  output_cost_per_token: 4e-6,
  supports_function_calling: true,
};

/** Rows of `/model/info` as LiteLLM returns them for our config. */
export function modelInfo(models: readonly ShownModel[]): unknown[] {
  const single = models.map(({ id, facts, ...shown }) => ({
    model_name: id,
    model_info: { ...FACTS, ...facts, litellm_provider: 'openai', aideator: { kind: 'model', ...shown } },
  }));
  const locked = {
    model_name: 'groq/hazel-1',
    model_info: {
      ...FACTS,
      litellm_provider: 'groq',
      aideator: { kind: 'wildcard', provider: 'groq', ownKey: true },
    },
  };
  return [...single, locked];
}

/** Each has its own provider, because the page preselects only one model per provider. */
export const TEST_MODELS: readonly ShownModel[] = NAMES.map((name) => ({
  id: modelId(name),
  name,
  provider: name.toLowerCase(),
  providerName: `${name} Works`,
}));
