import { readFileSync } from 'node:fs';
import { PROVIDERS, type ProviderId } from '@aideator/contract/models';
import { type GatewayConfigOptions, gatewayConfig } from '@aideator/gateway/config';
import { PROVIDER_ROUTES } from '@aideator/gateway/providers';
import { SMALL_MODELS_CONTEXT_TOKENS } from '@aideator/gateway/small-models';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fullGatewayConfig, GATEWAY_CONFIG_FILE, GATEWAY_MODULES } from '../../gateway-config.ts';
import { hasHelm, ofKind, one, podOf, RELEASE, render, textsOf } from './render.ts';

const GENERATE = 'run `npm run generate -w @aideator/charts`';
const SMALL_MODELS = {
  baseUrl: 'http://aideator-small-models.apps.svc:8080/v1',
  contextTokens: SMALL_MODELS_CONTEXT_TOKENS,
};

describe('the gateway files of the chart', () => {
  it('contain the config that the gateway’s generator returns', () => {
    expect(readFileSync(GATEWAY_CONFIG_FILE, 'utf8'), GENERATE).toBe(fullGatewayConfig());
  });

  it.each(GATEWAY_MODULES)('contain the same $name as the gateway', ({ source, file }) => {
    expect(readFileSync(file, 'utf8'), GENERATE).toBe(readFileSync(source, 'utf8'));
  });
});

const CASES: readonly (readonly [string, object, GatewayConfigOptions])[] = [
  ['no server key', {}, { serverKeys: [] }],
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
  it.each(CASES)('has, with %s, the config that `npm start` would generate', (_name, gateway, options) => {
    const data = textsOf(one(render({ gateway }), 'ConfigMap', `${RELEASE}-gateway`));
    expect(JSON.parse(data['config.json'] ?? '')).toEqual(gatewayConfig(options));
    for (const { name, source } of GATEWAY_MODULES) {
      expect(data[name]?.trim()).toBe(readFileSync(source, 'utf8').trim());
    }
  });

  it('finds its Python modules next to its config in every pod', () => {
    const litellm = podOf(render({ gateway: { replicas: 3 } }), 'gateway').containers[0];
    expect(litellm?.command).toEqual(expect.arrayContaining(['--config', '/etc/litellm/config.json']));
    expect(litellm?.env).toContainEqual({ name: 'PYTHONPATH', value: '/etc/litellm' });
    expect(litellm?.volumeMounts).toContainEqual({
      name: 'config',
      mountPath: '/etc/litellm',
      readOnly: true,
    });
  });

  it('gets the keys of the named providers from the named Secret', () => {
    const serverKeys: ProviderId[] = PROVIDERS.map(({ id }) => id);
    const objects = render({ gateway: { providers: { serverKeys, existingSecret: 'keys' } } });
    const env = podOf(objects, 'gateway').containers[0]?.env;
    for (const id of serverKeys) {
      const name = PROVIDER_ROUTES[id].keyVariable;
      expect(env).toContainEqual({ name, valueFrom: { secretKeyRef: { name: 'keys', key: name } } });
    }
  });

  it('shares its master key and the secret of the runs’ tokens with the web app, and with no other pod', () => {
    const objects = render({ gateway: { smallModels: { enabled: true } } });
    const keyOf = (part: string, variable: string) =>
      podOf(objects, part).containers[0]?.env.find(({ name }) => name === variable)?.valueFrom;
    const sources = ['LITELLM_MASTER_KEY', 'GATEWAY_TOKEN_SECRET'].map((key) => ({
      secretKeyRef: { name: `${RELEASE}-gateway`, key },
    }));
    const names = ['LITELLM_API_KEY', 'GATEWAY_TOKEN_SECRET'];
    expect(names.map((name) => keyOf('web', name))).toEqual(sources);
    expect(['LITELLM_MASTER_KEY', 'GATEWAY_TOKEN_SECRET'].map((name) => keyOf('gateway', name))).toEqual(
      sources,
    );
    const holders = objects
      .filter(
        (object) => 'spec' in object && JSON.stringify(object.spec).includes(`${RELEASE}-gateway","key`),
      )
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(holders).toEqual([`Deployment ${RELEASE}-gateway`, `Deployment ${RELEASE}-web`]);
    expect(textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`)).LITELLM_BASE_URL).toBe(
      'http://aideator-gateway.apps.svc:4000',
    );
  });

  it('has time to finish the longest answer when its pod is replaced', () => {
    const { terminationGracePeriodSeconds } = podOf(render({ runs: { timeoutSeconds: 900 } }), 'gateway');
    expect(terminationGracePeriodSeconds).toBeGreaterThan(900);
  });

  it('is scraped by Prometheus only on request, with its key and the path that does not redirect', () => {
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

  it('is left out with all its parts when the values name an external one', () => {
    const objects = render({
      gateway: {
        enabled: false,
        external: { url: 'https://litellm.example.org', existingSecret: 'litellm' },
      },
      networkPolicy: { enabled: false },
    });
    expect(objects.filter(({ metadata }) => /gateway|small-models/.test(metadata.name))).toEqual([]);
    const env = podOf(objects, 'web').containers[0]?.env;
    expect(env).toContainEqual({
      name: 'LITELLM_API_KEY',
      valueFrom: { secretKeyRef: { name: 'litellm', key: 'LITELLM_API_KEY' } },
    });
    for (const key of ['LITELLM_RUNNER_API_KEY', 'GATEWAY_TOKEN_SECRET']) {
      expect(env).toContainEqual({
        name: key,
        valueFrom: { secretKeyRef: { name: 'litellm', key, optional: true } },
      });
    }
  });

  it('starts the small models with their port, slots, context and threads', () => {
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
