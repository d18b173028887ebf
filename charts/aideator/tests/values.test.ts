import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDERS } from '@aideator/contract/models';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHART_DIR } from '../../gateway-config.ts';
import { hasHelm, refusal, type Values } from './render.ts';

const read = (file: string) => readFileSync(join(CHART_DIR, file), 'utf8');
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kubernetes' own objects: explained as one value. */
const AS_A_WHOLE = /(resources|SecurityContext|quota|limitRange)$/;

/** `web.image.tag` and the like. */
function leaves(value: unknown, path = ''): string[] {
  if (!isObject(value) || Object.keys(value).length === 0 || AS_A_WHOLE.test(path)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

describe('the values', () => {
  const values = leaves(parse(read('values.yaml')));

  it('are each explained in the README, and it explains no other', () => {
    const explained = [...read('README.md').matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name);
    expect(explained.filter((name, index) => explained.indexOf(name) !== index)).toEqual([]);
    expect(explained.sort()).toEqual(values.sort());
  });

  it('are each known to the schema, which takes no other name anywhere', () => {
    const schema = JSON.parse(read('values.schema.json'));
    const visit = (node: unknown, path: string): void => {
      if (!isObject(node)) return;
      if (isObject(node.properties)) expect(node.additionalProperties, path).toBe(false);
      for (const [key, inner] of Object.entries(node)) visit(inner, `${path}/${key}`);
    };
    visit(schema, '');
    const { properties } = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(schema);
    expect(Object.keys(properties).sort()).toEqual(
      [...new Set(values.map((name) => name.split('.')[0])), 'global'].sort(),
    );
  });

  it('allow as providers those that the program knows', () => {
    const schema = JSON.parse(read('values.schema.json'));
    const { serverKeys, baseUrls } = schema.properties.gateway.properties.providers.properties;
    const ids = PROVIDERS.map(({ id }) => id);
    expect([serverKeys.items.enum, baseUrls.propertyNames.enum]).toEqual([ids, ids]);
  });

  it('hold no secret and no password', () => {
    const names = values.filter(
      (name) => /(password|token|secret)$/i.test(name) && !/existingSecret$/.test(name),
    );
    expect(names).toEqual([]);
  });
});

const JUNK: readonly (readonly [string, Values])[] = [
  ['a name that is not there', { web: { replica: 3 } }],
  ['a name that is not there, further in', { postgresql: { persistence: { sizes: '1Gi' } } }],
  ['a number as text', { web: { replicas: 'three' } }],
  ['no pod', { web: { replicas: 0 } }],
  ['an image without a fixed version', { web: { image: { tag: 'latest' } } }],
  ['a digest that is none', { runner: { image: { digest: 'sha256:abc' } } }],
  ['an address with a path', { web: { url: 'https://example.org/aideator' } }],
  ['an address of another kind', { gateway: { enabled: false, external: { url: 'ftp://example.org' } } }],
  ['a provider that the program does not know', { gateway: { providers: { serverKeys: ['acme'] } } }],
  ['a secret among the other variables', { web: { extraEnv: { OIDC_CLIENT_SECRET: 'x' } } }],
  ['a variable with a name that is none', { web: { extraEnv: { 'log-level': 'debug' } } }],
  ['a quantity that is none', { postgresql: { persistence: { size: '8 GB' } } }],
  ['a runner without a limit', { runner: { resources: { limits: { memory: null } } } }],
];

const IMPOSSIBLE: readonly (readonly [string, Values, RegExp])[] = [
  ['runs beside the web app', { runs: { namespace: 'apps' } }, /runs need a namespace of their own/],
  ['two databases', { database: { existingSecret: 'pg' } }, /set postgresql.enabled to false/],
  ['no database', { postgresql: { enabled: false } }, /There is no database/],
  ['two Redis', { redis: { existingSecret: 'redis' } }, /set valkey.enabled to false/],
  ['many pods without Redis', { valkey: { enabled: false }, web: { replicas: 2 } }, /needs Redis/],
  [
    'an autoscaler without Redis',
    { valkey: { enabled: false }, web: { autoscaling: { enabled: true } } },
    /needs Redis/,
  ],
  [
    'an autoscaler that goes down before up',
    { web: { autoscaling: { enabled: true, minReplicas: 9 } } },
    /minReplicas is above maxReplicas/,
  ],
  [
    'two gateways',
    { gateway: { external: { url: 'https://g.example.org' } } },
    /set gateway.enabled to false/,
  ],
  ['no gateway', { gateway: { enabled: false } }, /There is no gateway/],
  [
    'a gateway that no run may reach',
    { gateway: { enabled: false, external: { url: 'https://g.example.org' } } },
    /networkPolicy.externalGateway/,
  ],
  [
    'keys without their Secret',
    { gateway: { providers: { serverKeys: ['openai'] } } },
    /providers.existingSecret/,
  ],
  ['an Ingress without a host', { ingress: { enabled: true } }, /ingress.host/],
  [
    'TLS without a certificate',
    { ingress: { enabled: true, host: 'a.example.org', tls: { enabled: true } } },
    /ingress.tls.secretName/,
  ],
  [
    'an Ingress and an HTTPRoute',
    { ingress: { enabled: true, host: 'a.example.org' }, httpRoute: { enabled: true } },
    /enable one of them/,
  ],
  [
    'an HTTPRoute without a Gateway',
    { httpRoute: { enabled: true, host: 'a.example.org' } },
    /in parentRefs/,
  ],
  ['half a sign-in', { auth: { github: { clientId: 'x' } } }, /auth.github: sign-in needs both/],
  [
    'single sign-on without its issuer',
    { auth: { oidc: { clientId: 'x', existingSecret: 'oidc' } } },
    /needs both issuer and clientId/,
  ],
  [
    'too little time to end',
    { web: { terminationGracePeriodSeconds: 15 } },
    /must be more than preStopSeconds/,
  ],
];

describe.skipIf(!hasHelm)('an install', () => {
  it.each(JUNK)('is refused with %s', (_name, values) => {
    expect(refusal(values)).toMatch(/values don't meet the specifications of the schema/);
  });

  it.each(IMPOSSIBLE)('is stopped with a sentence for %s', (_name, values, sentence) => {
    expect(refusal(values)).toMatch(sentence);
  });
});
