import { PROVIDERS, type ProviderId } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import { LOCAL_SAMPLING, localModels } from './local-models.ts';
import type { Mark } from './marks.ts';
import { PROVIDER_ROUTES } from './providers.ts';

/** One more OpenAI-compatible server of the operator's, with the models it serves. */
export interface Endpoint {
  /** First part of its models' ids; no provider's id. */
  id: string;
  name: string;
  baseUrl: string;
  /** The environment variable with its key; without it none is sent. */
  keyVariable?: string;
  models: readonly string[];
}

export interface GatewayConfigOptions {
  /** Providers whose key is in the gateway's environment. */
  serverKeys: readonly ProviderId[];
  apiBases?: Readonly<Partial<Record<ProviderId, string>>>;
  /** Where the small local models are served; absent: none. */
  smallModels?: { baseUrl: string; contextTokens: number };
  endpoints?: readonly Endpoint[];
}

interface ConfigEntry {
  model_name: string;
  litellm_params: Record<string, unknown>;
  model_info: Record<string, unknown> & { aideator: Mark };
}

/** The variable in which the gateway's process finds its master key. */
export const MASTER_KEY_VARIABLE = 'LITELLM_MASTER_KEY';

/** Stands where LiteLLM wants a key; own-key calls always bring the real one. */
const NO_KEY = 'none';

/**
 * LiteLLM's config. It holds no secret: keys are named by environment variable. The groups with the server's key and
 * the `own-key/…` groups are apart, because LiteLLM keeps a key that came with a request for the whole group.
 */
export function gatewayConfig(options: GatewayConfigOptions): {
  model_list: ConfigEntry[];
  [section: string]: unknown;
} {
  return {
    model_list: [
      ...localEntries(options),
      ...PROVIDERS.flatMap(({ id }) => providerEntries(id, options)),
      ...(options.endpoints ?? []).flatMap(endpointEntries),
    ],
    general_settings: {
      master_key: `os.environ/${MASTER_KEY_VARIABLE}`,
      // Nothing is stored: it has no database, and prompts are ours to keep.
      disable_spend_logs: true,
    },
    router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [] },
    litellm_settings: {
      num_retries: 0,
      drop_params: true,
      telemetry: false,
      cache: false,
      turn_off_message_logging: true,
      redact_user_api_key_info: true,
      callbacks: ['prometheus', 'key_guard.key_guard'],
    },
  };
}

/** The config as a file: JSON, which is valid YAML. */
export function gatewayConfigText(options: GatewayConfigOptions): string {
  return `${JSON.stringify(gatewayConfig(options), null, 2)}\n`;
}

function providerEntries(provider: ProviderId, options: GatewayConfigOptions): ConfigEntry[] {
  const { litellmName, keyVariable } = PROVIDER_ROUTES[provider];
  const base = options.apiBases?.[provider];
  const entry = (ownKey: boolean): ConfigEntry => ({
    model_name: `${ownKey ? OWN_KEY_PREFIX : ''}${provider}/*`,
    litellm_params: {
      model: `${litellmName}/*`,
      api_key: ownKey ? NO_KEY : `os.environ/${keyVariable}`,
      ...(base === undefined ? {} : { api_base: base }),
      ...(ownKey ? { configurable_clientside_auth_params: ['api_key'] } : {}),
    },
    model_info: { aideator: { kind: 'wildcard', provider, ownKey } },
  });
  return options.serverKeys.includes(provider) ? [entry(false), entry(true)] : [entry(true)];
}

function localEntries({ smallModels }: GatewayConfigOptions): ConfigEntry[] {
  if (!smallModels) return [];
  return localModels(smallModels.contextTokens).map(({ id, mark }) => ({
    model_name: id,
    litellm_params: {
      model: 'openai/smollm2',
      api_base: smallModels.baseUrl,
      api_key: NO_KEY,
      temperature: mark.temperature,
      max_tokens: mark.outputTokensMax,
      // Not OpenAI's: said to be for the model's own server.
      extra_body: LOCAL_SAMPLING,
    },
    model_info: { mode: 'chat', input_cost_per_token: 0, output_cost_per_token: 0, aideator: mark },
  }));
}

function endpointEntries(endpoint: Endpoint): ConfigEntry[] {
  return endpoint.models.map((model) => ({
    model_name: `${endpoint.id}/${model}`,
    litellm_params: {
      model: `openai/${model}`,
      api_base: endpoint.baseUrl,
      api_key: endpoint.keyVariable === undefined ? NO_KEY : `os.environ/${endpoint.keyVariable}`,
    },
    model_info: {
      mode: 'chat',
      aideator: { kind: 'model', name: model, provider: endpoint.id, providerName: endpoint.name },
    },
  }));
}
