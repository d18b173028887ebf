import type { ModelMark } from './marks.ts';

export const LOCAL_PROVIDER = 'local';

export interface LocalModel {
  id: string;
  mark: ModelMark;
}

const OUTPUT_TOKENS_MAX = 1_024;

/**
 * Parameters of llama.cpp that OpenAI does not have: a penalty on words of the last 256 tokens. Without it a model this small
 * often repeats one sentence up to its limit: 24 of 80 answers did, against 3 of 159 with the penalty.
 */
export const LOCAL_SAMPLING = { repeat_penalty: 1.1, repeat_last_n: 256 } as const;

/** Four entries for the same small model. Their names say how they differ. */
const VARIANTS = [
  {
    key: 'precise',
    temperature: 0.1,
    says: 'short and to the point',
    text: 'Answer in one to three short sentences. State only what you are sure of.',
  },
  {
    key: 'balanced',
    temperature: 0.6,
    says: 'plain helpful answers',
    text: 'You are a helpful assistant. Answer clearly.',
  },
  {
    key: 'creative',
    temperature: 1.0,
    says: 'vivid and playful',
    text: 'You are an imaginative writer. Answer with vivid images and an unexpected turn.',
  },
  {
    key: 'teacher',
    temperature: 0.4,
    says: 'explains step by step',
    text: 'You are a patient teacher. Explain in simple words, as a numbered list of steps.',
  },
] as const;

/** The small local models as the catalogue shows them. `contextTokens`: shared by prompt and answer. */
export function localModels(contextTokens: number): LocalModel[] {
  return VARIANTS.map(({ key, temperature, says, text }) => ({
    id: `${LOCAL_PROVIDER}/smollm2-${key}`,
    mark: {
      kind: 'model',
      name: `SmolLM2 · ${key} (temp ${temperature})`,
      provider: LOCAL_PROVIDER,
      providerName: 'On this machine',
      description: `SmolLM2-135M-Instruct, a very small model that runs here without any key; ${says}, temperature ${temperature}. Expect mistakes.`,
      contextTokens,
      outputTokensMax: OUTPUT_TOKENS_MAX,
      systemText: text,
      temperature,
    },
  }));
}
