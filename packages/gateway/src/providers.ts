import { PROVIDERS, type ProviderId } from '@aideator/contract/models';

/** How the gateway reaches a provider. */
export interface ProviderRoute {
  /** LiteLLM's name of the provider: the first part of its model names, and `litellm_provider` in its price table. */
  litellmName: string;
  /** The environment variable with the server's key. */
  keyVariable: string;
  /** The environment variable that replaces the address of the provider's API. */
  baseVariable: string;
}

export const PROVIDER_ROUTES: Record<ProviderId, ProviderRoute> = {
  openai: route('openai', 'OPENAI'),
  anthropic: route('anthropic', 'ANTHROPIC'),
  gemini: route('gemini', 'GEMINI'),
  mistral: route('mistral', 'MISTRAL'),
  cohere: route('cohere_chat', 'COHERE'),
  groq: route('groq', 'GROQ'),
  deepseek: route('deepseek', 'DEEPSEEK'),
  xai: route('xai', 'XAI'),
  openrouter: route('openrouter', 'OPENROUTER'),
};

function route(litellmName: string, variable: string): ProviderRoute {
  return { litellmName, keyVariable: `${variable}_API_KEY`, baseVariable: `${variable}_BASE_URL` };
}

/** The provider settings from the operator's environment. */
export interface ProviderSettings {
  /** The server's keys by variable. Only the gateway's process gets them. */
  keys: Readonly<Record<string, string>>;
  /** Providers for which the server has a key. */
  serverKeys: readonly ProviderId[];
  apiBases: Readonly<Partial<Record<ProviderId, string>>>;
}

/** Reads `OPENAI_API_KEY`, `OPENAI_BASE_URL` and the like from an environment. Empty values count as missing. */
export function providerSettings(env: Readonly<Record<string, string | undefined>>): ProviderSettings {
  const keys: Record<string, string> = {};
  const serverKeys: ProviderId[] = [];
  const apiBases: Partial<Record<ProviderId, string>> = {};
  for (const { id } of PROVIDERS) {
    const { keyVariable, baseVariable } = PROVIDER_ROUTES[id];
    const key = env[keyVariable]?.trim();
    if (key) {
      keys[keyVariable] = key;
      serverKeys.push(id);
    }
    const base = env[baseVariable]?.trim();
    if (base) apiBases[id] = base;
  }
  return { keys, serverKeys, apiBases };
}
