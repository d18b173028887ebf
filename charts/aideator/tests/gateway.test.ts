import { readFileSync } from 'node:fs';
import { PROVIDERS, type ProviderId } from '@aideator/contract/models';
import { type GatewayConfigOptions, gatewayConfig } from '@aideator/gateway/config';
import { PROVIDER_ROUTES } from '@aideator/gateway/providers';
import { SMALL_MODELS_CONTEXT_TOKENS } from '@aideator/gateway/small-models';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  fullGatewayConfig,
  GATEWAY_CONFIG_FILE,
  KEY_GUARD_FILE,
  KEY_GUARD_SOURCE,
} from '../../gateway-config.ts';
import { hasHelm, ofKind, one, podOf, RELEASE, render, textsOf } from './render.ts';

const GENERATE = 'run `npm run generate -w @aideator/charts`';
const SMALL_MODELS = {
  baseUrl: 'http://aideator-small-models.apps.svc:8080/v1',
  contextTokens: SMALL_MODELS_CONTEXT_TOKENS,
};

describe('what the chart carries of the gateway', () => {
  it('is what the gateway’s own generator makes', () => {
    expect(readFileSync(GATEWAY_CONFIG_FILE, 'utf8'), GENERATE).toBe(fullGatewayConfig());
  });

  it('has the guard that keeps one person’s key from another person’s prompt', () => {
    expect(readFileSync(KEY_GUARD_FILE, 'utf8'), GENERATE).toBe(readFileSync(KEY_GUARD_SOURCE, 'utf8'));
  });
});

const CASES: readonly (readonly [string, object, GatewayConfigOptions])[] = [
  ['no key of the server’s', {}, { serverKeys: [] }],
  ['small models', { smallModels: { enabled: true } }, { serverKeys: [], smallModels: SMALL_MODELS }],
  [
    'two providers, one at another address',
    {
      providers: {
        serverKeys: ['groq', 'openai'],
        existingSecret: 'keys',
        baseUrls: { groq: 'https://groq.example.org/v1' },
      },
    },
    { serverKeys: ['openai', 'groq'], apiBases: { groq: 'https://groq.example.org/v1' } },
  ],
  [
    'everything',
    {
      smallModels: { enabled: true },
      providers: { serverKeys: PROVIDERS.map(({ id }) => id), existingSecret: 'keys' },
    },
    { serverKeys: PROVIDERS.map(({ id }) => id), smallModels: SMALL_MODELS },
  ],
];

describe.skipIf(!hasHelm)('the gateway', () => {
  it.each(CASES)('has with %s the config that `npm start` would make', (_name, gateway, options) => {
    const data = textsOf(one(render({ gateway }), 'ConfigMap', `${RELEASE}-gateway`));
    expect(JSON.parse(data['config.json'] ?? '')).toEqual(gatewayConfig(options));
    expect(data['key_guard.py']?.trim()).toBe(readFileSync(KEY_GUARD_SOURCE, 'utf8').trim());
  });

  it('finds the guard beside its config, in every pod that it has', () => {
    const litellm = podOf(render({ gateway: { replicas: 3 } }), 'gateway').containers[0];
    expect(litellm?.command).toEqual(expect.arrayContaining(['--config', '/etc/litellm/config.json']));
    expect(litellm?.env).toContainEqual({ name: 'PYTHONPATH', value: '/etc/litellm' });
    expect(litellm?.volumeMounts).toContainEqual({
      name: 'config',
      mountPath: '/etc/litellm',
      readOnly: true,
    });
  });

  it('gets the keys of the providers that are named, from the Secret that is named', () => {
    const serverKeys: ProviderId[] = PROVIDERS.map(({ id }) => id);
    const objects = render({ gateway: { providers: { serverKeys, existingSecret: 'keys' } } });
    const env = podOf(objects, 'gateway').containers[0]?.env;
    for (const id of serverKeys) {
      const name = PROVIDER_ROUTES[id].keyVariable;
      expect(env).toContainEqual({ name, valueFrom: { secretKeyRef: { name: 'keys', key: name } } });
    }
  });

  it('is called by the web app with the key that it was given', () => {
    const objects = render();
    const keyOf = (part: string, variable: string) =>
      podOf(objects, part).containers[0]?.env.find(({ name }) => name === variable)?.valueFrom;
    expect(keyOf('web', 'LITELLM_API_KEY')).toEqual(keyOf('gateway', 'LITELLM_MASTER_KEY'));
    expect(textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`)).LITELLM_BASE_URL).toBe(
      'http://aideator-gateway.apps.svc:4000',
    );
  });

  it('outlives the longest answer when it is replaced', () => {
    const { terminationGracePeriodSeconds } = podOf(render({ runs: { timeoutSeconds: 900 } }), 'gateway');
    expect(terminationGracePeriodSeconds).toBeGreaterThan(900);
  });

  it('is watched by Prometheus only when that is wanted, with its key and the path that does not redirect', () => {
    expect(ofKind(render(), 'ServiceMonitor')).toEqual([]);
    const [monitor] = ofKind(render({ serviceMonitor: { enabled: true } }), 'ServiceMonitor');
    expect(monitor?.spec).toMatchObject({
      endpoints: [
        {
          path: '/metrics/',
          authorization: { credentials: { name: `${RELEASE}-gateway`, key: 'LITELLM_MASTER_KEY' } },
        },
      ],
    });
  });

  it('is left out where an external one is named, with all that belongs to it', () => {
    const objects = render({
      gateway: {
        enabled: false,
        external: { url: 'https://litellm.example.org', existingSecret: 'litellm' },
      },
      networkPolicy: { enabled: false },
    });
    expect(objects.filter(({ metadata }) => /gateway|small-models/.test(metadata.name))).toEqual([]);
    expect(podOf(objects, 'web').containers[0]?.env).toContainEqual({
      name: 'LITELLM_API_KEY',
      valueFrom: { secretKeyRef: { name: 'litellm', key: 'LITELLM_API_KEY' } },
    });
  });

  it('lets the small models know their place: the port, the answers at once, the context and the threads', () => {
    const objects = render({ gateway: { smallModels: { enabled: true, threads: 3 } } });
    const container = z
      .looseObject({ command: z.array(z.string()), stdin: z.boolean() })
      .parse(podOf(objects, 'small-models').containers[0]);
    expect(container.command.slice(3)).toEqual([
      '0.0.0.0',
      '8080',
      '4',
      String(SMALL_MODELS_CONTEXT_TOKENS),
      '3',
    ]);
    expect(container.stdin).toBe(true);
  });
});
