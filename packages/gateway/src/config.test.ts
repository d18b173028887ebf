import { PROVIDERS } from '@aideator/contract/models';
import { describe, expect, it } from 'vitest';
import { gatewayConfig, gatewayConfigText } from './config.ts';
import { providerSettings } from './providers.ts';

describe('the config of the gateway', () => {
  it('has an own-key group per provider, and a server-key group only where the server has a key', () => {
    const names = gatewayConfig({ serverKeys: ['openai'] }).model_list.map((entry) => entry.model_name);
    expect(names.filter((name) => name.startsWith('own-key/'))).toEqual(
      PROVIDERS.map(({ id }) => `own-key/${id}/*`),
    );
    expect(names.filter((name) => !name.startsWith('own-key/'))).toEqual(['openai/*']);
  });

  it('never lets an own-key group fall back to a server key', () => {
    const { model_list } = gatewayConfig({ serverKeys: PROVIDERS.map(({ id }) => id) });
    for (const { model_name, litellm_params } of model_list) {
      const key = String(litellm_params.api_key);
      expect(key.startsWith('os.environ/')).toBe(!model_name.startsWith('own-key/'));
    }
  });

  it('accepts a key from the caller in own-key groups only, and runs its guard and its authentication before every call', () => {
    const { model_list, ...rest } = gatewayConfig({
      serverKeys: PROVIDERS.map(({ id }) => id),
      smallModels: { baseUrl: 'http://127.0.0.1:9/v1', contextTokens: 8192 },
    });
    for (const { model_name, litellm_params } of model_list)
      expect('configurable_clientside_auth_params' in litellm_params).toBe(model_name.startsWith('own-key/'));
    expect(rest).toMatchObject({
      litellm_settings: { callbacks: expect.arrayContaining(['key_guard.key_guard']) },
      general_settings: { master_key: 'os.environ/LITELLM_MASTER_KEY' },
    });
  });

  it('uses the operator’s addresses of providers in both groups', () => {
    const { model_list } = gatewayConfig({ serverKeys: ['groq'], apiBases: { groq: 'http://lab/v1' } });
    const based = model_list.filter((entry) => entry.litellm_params.api_base === 'http://lab/v1');
    expect(based.map((entry) => entry.model_name)).toEqual(['groq/*', 'own-key/groq/*']);
  });

  it('does not retry, fall back, cool down, cache or keep messages', () => {
    expect(gatewayConfig({ serverKeys: [] })).toMatchObject({
      router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [] },
      litellm_settings: { num_retries: 0, cache: false, drop_params: true, turn_off_message_logging: true },
    });
  });

  it('holds the names of keys, not the keys', () => {
    const { serverKeys, keys } = providerSettings({ OPENAI_API_KEY: ' sk-secret ', GROQ_API_KEY: '' });
    expect([serverKeys, keys]).toEqual([['openai'], { OPENAI_API_KEY: 'sk-secret' }]);
    expect(gatewayConfigText({ serverKeys })).not.toContain('sk-secret');
  });
});
