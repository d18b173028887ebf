import { PROVIDERS, type ProviderId } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import { LOCAL_SAMPLING, localModels } from './local-models.ts';
import type { Mark } from './marks.ts';
import { PROVIDER_ROUTES } from './providers.ts';

export interface GatewayConfigOptions {
  /** Providers whose key is in the gateway's environment. */
  serverKeys: readonly ProviderId[];
  apiBases?: Readonly<Partial<Record<ProviderId, string>>>;
  /** The server of the small local models, if there is one. */
  smallModels?: { baseUrl: string; contextTokens: number };
}

interface ConfigEntry {
  model_name: string;
  litellm_params: Record<string, unknown>;
  model_info: Record<string, unknown> & { aideator: Mark };
}

/** The variable from which the gateway's process reads its master key. */
export const MASTER_KEY_VARIABLE = 'LITELLM_MASTER_KEY';

/** A placeholder where LiteLLM requires a key. Own-key calls always carry the real one. */
const NO_KEY = 'none';

/**
 * LiteLLM's config. It holds no secret: it names the environment variables of the keys. Models with the server's key and
 * `own-key/…` models are in separate groups, because LiteLLM keeps a key that came with a request for the whole group.
 */
export function gatewayConfig(options: GatewayConfigOptions): {
  model_list: ConfigEntry[];
  [section: string]: unknown;
} {
  return {
    model_list: [...localEntries(options), ...PROVIDERS.flatMap(({ id }) => providerEntries(id, options))],
    general_settings: {
      master_key: `os.environ/${MASTER_KEY_VARIABLE}`,
      // Accepts the master key, and the tokens of runs for one model each.
      custom_auth: 'run_tokens.authenticate',
      custom_auth_run_common_checks: true,
      // LiteLLM has no database, and prompts must not be stored outside ours.
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
      // LiteLLM would end an answer that repeats one chunk 100 times. The model's output limit bounds such an answer.
      REPEATED_STREAMING_CHUNK_LIMIT: 1_000_000_000,
      callbacks: ['prometheus', 'key_guard.key_guard', 'provider_replies.provider_replies'],
    },
  };
}

/** The config as the content of a file: JSON, which is valid YAML. */
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
      // LiteLLM would drop parameters that OpenAI does not have, unless they are in extra_body.
      extra_body: LOCAL_SAMPLING,
    },
    model_info: { mode: 'chat', input_cost_per_token: 0, output_cost_per_token: 0, aideator: mark },
  }));
}
