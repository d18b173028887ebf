import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasHelm, type KubernetesObject, NAMESPACE, ofKind, one, podsOf, RELEASE, render } from './render.ts';

const labelsSchema = z.record(z.string(), z.string());
const peerSchema = z.looseObject({
  namespaceSelector: z.object({ matchLabels: labelsSchema }).optional(),
  podSelector: z.object({ matchLabels: labelsSchema }).optional(),
  ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
});
const portsSchema = z.array(z.object({ protocol: z.string(), port: z.number() }));
const policySchema = z.object({
  spec: z.object({
    podSelector: z.object({ matchLabels: labelsSchema.optional() }),
    policyTypes: z.array(z.string()),
    ingress: z.array(z.object({ from: z.array(peerSchema).optional(), ports: portsSchema })).default([]),
    egress: z.array(z.object({ to: z.array(peerSchema), ports: portsSchema.optional() })).default([]),
  }),
});

const policyOf = (objects: readonly KubernetesObject[], part: string) =>
  policySchema.parse(one(objects, 'NetworkPolicy', `${RELEASE}-${part}`)).spec;

/** `web`, `runs`, `dns`, or the address. */
function nameOf(peer: z.infer<typeof peerSchema>): string {
  const component = peer.podSelector?.matchLabels['app.kubernetes.io/component'];
  if (component) return component;
  if (peer.podSelector?.matchLabels['k8s-app'] === 'kube-dns') return 'dns';
  return peer.ipBlock?.cidr ?? peer.namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? 'anyone';
}

const callers = (objects: readonly KubernetesObject[], part: string) =>
  policyOf(objects, part).ingress.flatMap(({ from, ports }) =>
    ports.flatMap(({ port }) => (from ?? [{}]).map((peer) => `${nameOf(peer)}:${port}`)),
  );
const goals = (objects: readonly KubernetesObject[], part: string) =>
  policyOf(objects, part).egress.flatMap(({ to, ports }) =>
    (ports ?? [{ port: '*', protocol: '' }]).flatMap(({ port }) =>
      to.map((peer) => `${nameOf(peer)}:${port}`),
    ),
  );

const DNS = ['dns:53', '169.254.20.10/32:53', 'dns:53', '169.254.20.10/32:53'];

describe.skipIf(!hasHelm)('the network policies', () => {
  const objects = hasHelm ? render({ gateway: { smallModels: { enabled: true } } }) : [];

  it('let runs reach DNS, the gateway and the web app’s port for runs, and accept nothing', () => {
    const runs = policyOf(objects, 'runs');
    expect(one(objects, 'NetworkPolicy', `${RELEASE}-runs`).metadata.namespace).toBe(`${NAMESPACE}-runs`);
    expect(runs.podSelector).toEqual({});
    expect(runs.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(runs.ingress).toEqual([]);
    expect(goals(objects, 'runs')).toEqual([...DNS, 'web:3001', 'gateway:4000']);
  });

  it('let only runs and the web app call the gateway, which reaches no private address by default', () => {
    expect(callers(objects, 'gateway')).toEqual([`${NAMESPACE}-runs:4000`, 'web:4000']);
    expect(goals(objects, 'gateway')).toEqual([...DNS, '0.0.0.0/0:*', '::/0:*', 'small-models:8080']);
    const internet = policyOf(objects, 'gateway').egress.flatMap(({ to }) =>
      to.map(({ ipBlock }) => ipBlock?.except),
    );
    expect(internet.flat()).toEqual(
      expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']),
    );
  });

  it('let only their users call PostgreSQL, Valkey and the small models', () => {
    expect(callers(objects, 'postgresql')).toEqual(['web:5432', 'migrate:5432']);
    expect(callers(objects, 'valkey')).toEqual(['web:6379']);
    expect(callers(objects, 'small-models')).toEqual(['gateway:8080']);
    for (const part of ['postgresql', 'valkey', 'small-models']) {
      expect(policyOf(objects, part).egress).toEqual([]);
      expect(policyOf(objects, part).policyTypes).toContain('Egress');
    }
  });

  it('open the port for runs to runs only, not to those who may open the pages', () => {
    const web = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }];
    const limited = render({ networkPolicy: { webFrom: web } });
    expect(callers(limited, 'web')).toEqual([
      'ingress:3000',
      'test:3000',
      `${NAMESPACE}-runs:3001`,
      'test:3001',
    ]);
    expect(callers(objects, 'web')).toEqual(['anyone:3000', `${NAMESPACE}-runs:3001`, 'test:3001']);
  });

  it('deny everything to every pod of the release by default', () => {
    const { podSelector, policyTypes, ingress, egress } = policyOf(objects, 'default-deny');
    expect({ policyTypes, ingress, egress }).toEqual({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [],
    });
    for (const pod of podsOf(objects))
      expect(pod.labels, pod.owner).toMatchObject(podSelector.matchLabels ?? {});
  });

  it('select every part by the labels of its pods', () => {
    const selectors = ofKind(objects, 'NetworkPolicy').map(
      (policy) => policySchema.parse(policy).spec.podSelector.matchLabels?.['app.kubernetes.io/component'],
    );
    for (const pod of podsOf(objects)) expect(selectors).toContain(pod.labels['app.kubernetes.io/component']);
  });

  it('let runs reach an external gateway at the address that the operator gives', () => {
    const to = [{ ipBlock: { cidr: '203.0.113.7/32' } }];
    const external = render({
      gateway: { enabled: false, external: { url: 'https://litellm.example.org' } },
      networkPolicy: { externalGateway: [{ to, ports: [{ protocol: 'TCP', port: 443 }] }] },
    });
    expect(goals(external, 'runs')).toEqual([...DNS, 'web:3001', '203.0.113.7/32:443']);
  });
});
