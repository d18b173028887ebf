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

/** Objects of Kubernetes, which the README explains as one value. */
const AS_A_WHOLE = /(resources|SecurityContext|quota|limitRange)$/;

/** `web.image.tag` and the like. */
function leaves(value: unknown, path = ''): string[] {
  if (!isObject(value) || Object.keys(value).length === 0 || AS_A_WHOLE.test(path)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

describe('the values', () => {
  const values = leaves(parse(read('values.yaml')));

  it('are exactly those in the README', () => {
    const explained = [...read('README.md').matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name);
    expect(explained.filter((name, index) => explained.indexOf(name) !== index)).toEqual([]);
    expect(explained.sort()).toEqual(values.sort());
  });

  it('are exactly those in the schema, which refuses other names at every level', () => {
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

  it('allow exactly the providers that the program knows', () => {
    const schema = JSON.parse(read('values.schema.json'));
    const { serverKeys, baseUrls } = schema.properties.gateway.properties.providers.properties;
    const ids = PROVIDERS.map(({ id }) => id);
    expect([serverKeys.items.enum, baseUrls.propertyNames.enum]).toEqual([ids, ids]);
  });

  it('contain no secret and no password', () => {
    const names = values.filter(
      (name) => /(password|token|secret)$/i.test(name) && !/existingSecret$/.test(name),
    );
    expect(names).toEqual([]);
  });
});

const JUNK: readonly (readonly [string, Values])[] = [
  ['an unknown name', { web: { replica: 3 } }],
  ['an unknown nested name', { postgresql: { persistence: { sizes: '1Gi' } } }],
  ['a number as text', { web: { replicas: 'three' } }],
  ['no replica', { web: { replicas: 0 } }],
  ['an image without a fixed version', { web: { image: { tag: 'latest' } } }],
  ['a malformed digest', { runner: { image: { digest: 'sha256:abc' } } }],
  ['an address with a path', { web: { url: 'https://example.org/aideator' } }],
  ['an address with another scheme', { gateway: { enabled: false, external: { url: 'ftp://example.org' } } }],
  ['an unknown provider', { gateway: { providers: { serverKeys: ['acme'] } } }],
  ['a secret among the other variables', { web: { extraEnv: { OIDC_CLIENT_SECRET: 'x' } } }],
  ['an invalid variable name', { web: { extraEnv: { 'log-level': 'debug' } } }],
  ['an invalid quantity', { postgresql: { persistence: { size: '8 GB' } } }],
  ['a runner without a limit', { runner: { resources: { limits: { memory: null } } } }],
  ['a toleration with an unknown field', { runner: { tolerations: [{ keyy: 'runs' }] } }],
  ['a label value that Kubernetes refuses', { runner: { labels: { team: 'a b' } } }],
  ['an annotation key that Kubernetes refuses', { runner: { annotations: { 'a/b/c': '' } } }],
  ['an invalid class name', { runner: { priorityClassName: 'Very Low' } }],
];

const IMPOSSIBLE: readonly (readonly [string, Values, RegExp])[] = [
  [
    'runs in the namespace of the web app',
    { runs: { namespace: 'apps' } },
    /runs need a namespace of their own/,
  ],
  ['two databases', { database: { existingSecret: 'pg' } }, /set postgresql.enabled to false/],
  ['no database', { postgresql: { enabled: false } }, /There is no database/],
  ['two Redis servers', { redis: { existingSecret: 'redis' } }, /set valkey.enabled to false/],
  ['several web pods without Redis', { valkey: { enabled: false }, web: { replicas: 2 } }, /needs Redis/],
  [
    'an autoscaler without Redis',
    { valkey: { enabled: false }, web: { autoscaling: { enabled: true } } },
    /needs Redis/,
  ],
  [
    'an autoscaler whose minimum is above its maximum',
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
    'an external gateway that the network policies block',
    { gateway: { enabled: false, external: { url: 'https://g.example.org' } } },
    /networkPolicy.externalGateway/,
  ],
  [
    'provider keys without their Secret',
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
  [
    'an incomplete sign-in provider',
    { auth: { github: { clientId: 'x' } } },
    /auth.github: sign-in needs both/,
  ],
  [
    'single sign-on without an issuer',
    { auth: { oidc: { clientId: 'x', existingSecret: 'oidc' } } },
    /needs both issuer and clientId/,
  ],
  [
    'too short a grace period',
    { web: { terminationGracePeriodSeconds: 15 } },
    /must be more than preStopSeconds/,
  ],
];

describe.skipIf(!hasHelm)('an install', () => {
  it.each(JUNK)('is refused with %s', (_name, values) => {
    expect(refusal(values)).toMatch(/values don't meet the specifications of the schema/);
  });

  it.each(IMPOSSIBLE)('stops with an explanation for %s', (_name, values, sentence) => {
    expect(refusal(values)).toMatch(sentence);
  });
});
