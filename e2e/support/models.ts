/** The four models that are chosen at first. */
export const NAMES = ['Alder', 'Birch', 'Cedar', 'Dogwood'] as const;
export type Name = (typeof NAMES)[number];

export const modelId = (name: Name) => `${name.toLowerCase()}-1`;

/** A provider that the server has no key of, and its model. */
export const LOCKED = { provider: 'Groq', model: 'Hazel 1' } as const;

export interface ShownModel {
  id: string;
  name: string;
  provider: string;
  providerName: string;
  /** What sets its row apart from the others': context, prices in USD per token. */
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

/** Rows of `/model/info`, as LiteLLM gives them for our config. */
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

/** Each of a provider of its own: of one provider only one would be chosen at first. */
export const TEST_MODELS: readonly ShownModel[] = NAMES.map((name) => ({
  id: modelId(name),
  name,
  provider: name.toLowerCase(),
  providerName: `${name} Works`,
}));
