import { PROVIDERS } from '@aideator/contract/models';
import { describe, expect, it } from 'vitest';
import { gatewayConfig, gatewayConfigText } from './config.ts';
import { providerSettings } from './providers.ts';

describe('the config of the gateway', () => {
  it('has a group for own keys per provider, and one for the server key only where there is one', () => {
    const names = gatewayConfig({ serverKeys: ['openai'] }).model_list.map((entry) => entry.model_name);
    expect(names.filter((name) => name.startsWith('own-key/'))).toEqual(
      PROVIDERS.map(({ id }) => `own-key/${id}/*`),
    );
    expect(names.filter((name) => !name.startsWith('own-key/'))).toEqual(['openai/*']);
  });

  it('lets no own-key group fall back to a key of the server, in the environment or elsewhere', () => {
    const { model_list } = gatewayConfig({ serverKeys: PROVIDERS.map(({ id }) => id) });
    for (const { model_name, litellm_params } of model_list) {
      const key = String(litellm_params.api_key);
      expect(key.startsWith('os.environ/')).toBe(!model_name.startsWith('own-key/'));
    }
  });

  it('lets a key come with a call of an own-key group only, and has its guard in the way of every call', () => {
    const { model_list, ...rest } = gatewayConfig({
      serverKeys: PROVIDERS.map(({ id }) => id),
      smallModels: { baseUrl: 'http://127.0.0.1:9/v1', contextTokens: 8192 },
      endpoints: [{ id: 'lab', name: 'Lab', baseUrl: 'http://127.0.0.1:9/v1', models: ['tiny'] }],
    });
    for (const { model_name, litellm_params } of model_list)
      expect('configurable_clientside_auth_params' in litellm_params).toBe(model_name.startsWith('own-key/'));
    expect(rest).toMatchObject({
      litellm_settings: { callbacks: expect.arrayContaining(['key_guard.key_guard']) },
      general_settings: { master_key: 'os.environ/LITELLM_MASTER_KEY' },
    });
  });

  it('takes addresses of providers from the operator for both groups', () => {
    const { model_list } = gatewayConfig({ serverKeys: ['groq'], apiBases: { groq: 'http://lab/v1' } });
    const based = model_list.filter((entry) => entry.litellm_params.api_base === 'http://lab/v1');
    expect(based.map((entry) => entry.model_name)).toEqual(['groq/*', 'own-key/groq/*']);
  });

  it('never retries, falls back, cools down or caches, and keeps no messages', () => {
    expect(gatewayConfig({ serverKeys: [] })).toMatchObject({
      router_settings: { num_retries: 0, disable_cooldowns: true, fallbacks: [] },
      litellm_settings: { num_retries: 0, cache: false, drop_params: true, turn_off_message_logging: true },
    });
  });

  it('holds no secret: keys are named, not written', () => {
    const { serverKeys, keys } = providerSettings({ OPENAI_API_KEY: ' sk-secret ', GROQ_API_KEY: '' });
    expect([serverKeys, keys]).toEqual([['openai'], { OPENAI_API_KEY: 'sk-secret' }]);
    expect(gatewayConfigText({ serverKeys })).not.toContain('sk-secret');
  });
});
