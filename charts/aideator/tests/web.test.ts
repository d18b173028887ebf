import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@aideator/contract/ids';
import { JOB_ENV, jobSettingsOf } from '@aideator/k8s/job-env';
import { jobManifest } from '@aideator/k8s/job-spec';
import { labelValue } from '@aideator/k8s/labels';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../../gateway-config.ts';
import {
  hasHelm,
  type KubernetesObject,
  ofKind,
  one,
  podOf,
  podsOf,
  RELEASE,
  refusal,
  render,
  textsOf,
} from './render.ts';

const ingressSchema = z.object({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({
    rules: z.array(z.object({ http: z.object({ paths: z.array(z.object({ backend: z.unknown() })) }) })),
  }),
});

const INGRESS = { enabled: true, host: 'aideator.example.org' };

/** Returns the Job that the web app with these objects creates for a run. */
function jobOf(objects: readonly KubernetesObject[]) {
  const data = textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`));
  const settings = jobSettingsOf(z.object(JOB_ENV).parse(data));
  const run = {
    runId: newId('run'),
    attempt: 1,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: 'openai/gpt',
    token: 't'.repeat(40),
    timeoutSeconds: 60,
  };
  return jobManifest(run, { ...settings, image: 'runner:1', callbackUrl: `${data.CALLBACK_URL}` });
}

describe.skipIf(!hasHelm)('the web app', () => {
  it('has every required variable', () => {
    const source = [
      readFileSync(join(ROOT, 'apps', 'web', 'src', 'env.ts'), 'utf8'),
      readFileSync(join(ROOT, 'packages', 'k8s', 'src', 'job-env.ts'), 'utf8'),
    ].join('\n');
    const dockerfile = readFileSync(join(ROOT, 'apps', 'web', 'Dockerfile'), 'utf8');
    const declared = [...source.matchAll(/^ {2,4}([A-Z][A-Z0-9_]+): (.+)$/gm)];
    const needed = declared.filter(([, , rule]) => !/optional\(|default\(|seconds\(|json\(/.test(rule ?? ''));
    const objects = render();
    const container = podOf(objects, 'web').containers[0];
    const given = [
      ...(container?.env.map(({ name }) => name) ?? []),
      ...Object.keys(textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`))),
      ...[...dockerfile.matchAll(/([A-Z][A-Z0-9_]+)=/g)].map(([, name]) => name),
    ];
    expect(needed.length).toBeGreaterThan(4);
    expect(given).toEqual(expect.arrayContaining(needed.map(([, name]) => name)));
  });

  it('has a liveness, a startup and a readiness probe', () => {
    expect(podOf(render(), 'web').containers[0]).toMatchObject({
      startupProbe: { httpGet: { path: '/api/health/live' } },
      livenessProbe: { httpGet: { path: '/api/health/live' } },
      readinessProbe: { httpGet: { path: '/api/health/ready' } },
    });
  });

  it('has time to drain its turns after proxies have stopped sending requests to it', () => {
    const pod = podOf(render(), 'web');
    const { preStop } = z
      .object({ lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }) })
      .parse(pod.containers[0]).lifecycle;
    expect(preStop.sleep.seconds).toBeGreaterThan(0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop.sleep.seconds + 10);
  });

  it('keeps all replicas during an upgrade, spreads them over nodes, and drains nodes one pod at a time', () => {
    const objects = render({ web: { replicas: 3 } });
    expect(one(objects, 'Deployment', `${RELEASE}-web`).spec).toMatchObject({
      replicas: 3,
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: { spec: { topologySpreadConstraints: [{}, { topologyKey: 'kubernetes.io/hostname' }] } },
    });
    expect(ofKind(objects, 'PodDisruptionBudget')).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
  });

  it('leaves the number of pods to the autoscaler if there is one', () => {
    const objects = render({ web: { autoscaling: { enabled: true } } });
    expect(one(objects, 'Deployment', `${RELEASE}-web`).spec).not.toHaveProperty('replicas');
    expect(ofKind(objects, 'HorizontalPodAutoscaler')).toMatchObject([{ spec: { minReplicas: 2 } }]);
  });

  it('restarts when its settings change, and only then', () => {
    const sum = (values: object) => one(render({ ...values }), 'Deployment', `${RELEASE}-web`).spec;
    expect(sum({})).toEqual(sum({}));
    expect(sum({ web: { logLevel: 'debug' } })).not.toEqual(sum({}));
  });

  it('listens for runs on the address that runs get', () => {
    const objects = render();
    const { CALLBACK_URL, RUNNER_API_PORT } = textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`));
    expect(CALLBACK_URL).toBe('http://aideator-web-runners.apps.svc:3001');
    expect(RUNNER_API_PORT).toBe('3001');
    expect(one(objects, 'Service', 'aideator-web-runners')).toMatchObject({
      metadata: { namespace: 'apps' },
      spec: { ports: [{ port: 3001, targetPort: 'runners' }] },
    });
  });

  it('labels its Jobs with the name of the release, as a valid label however long the name is', () => {
    const instance = (release: string, values = {}) => {
      const maps = ofKind(render(values, release), 'ConfigMap').map(textsOf);
      return maps.find((data) => data.RUNS_INSTANCE !== undefined)?.RUNS_INSTANCE;
    };
    expect([instance(RELEASE), instance('blue')]).toEqual(['aideator', 'blue-aideator']);
    expect(instance('blue', { fullnameOverride: '2026' })).toBe('2026');
    // The second is cut between two hyphens.
    for (const release of ['a'.repeat(53), `${'a'.repeat(38)}--${'b'.repeat(13)}`]) {
      const name = instance(release) ?? '';
      expect(name).toMatch(/^a{38}/);
      expect(labelValue(name)).toBe(name);
    }
  });

  it('serves its public host, its Service and the hosts that the operator lists', () => {
    const hosts = (values: object) =>
      textsOf(one(render({ ...values }), 'ConfigMap', `${RELEASE}-web`)).ALLOWED_HOSTS;
    expect(hosts({})).toBe('aideator-web.apps.svc');
    expect(hosts({ web: { allowedHosts: ['box:8080', '*'] } })).toBe('aideator-web.apps.svc,box:8080,*');
    expect(refusal({ web: { allowedHosts: ['https://box'] } })).toContain('allowedHosts');
  });

  it('trusts one proxy where there is an Ingress or HTTPRoute, or as many as the operator says', () => {
    const proxies = (values: object) =>
      textsOf(one(render({ ...values }), 'ConfigMap', `${RELEASE}-web`)).TRUSTED_PROXIES;
    const httpRoute = { enabled: true, host: 'aideator.example.org', parentRefs: [{ name: 'public' }] };
    expect([proxies({}), proxies({ ingress: INGRESS }), proxies({ httpRoute })]).toEqual(['0', '1', '1']);
    expect(proxies({ web: { trustedProxies: 2 } })).toBe('2');
    expect(proxies({ ingress: INGRESS, web: { trustedProxies: 0 } })).toBe('0');
  });

  it('passes other settings on unchanged, and they replace those of the chart', () => {
    const web = { extraEnv: { LOG_LEVEL: 'warn', RUN_NOTE: 12345678, FLAG: true } };
    const data = textsOf(one(render({ web }), 'ConfigMap', `${RELEASE}-web`));
    expect(data).toMatchObject({
      LOG_LEVEL: 'warn',
      RUN_NOTE: '12345678',
      FLAG: 'true',
      BACKEND: 'kubernetes',
    });
  });

  it('puts the settings of runs into every Job', () => {
    const runner = {
      nodeSelector: { pool: 'runs', 'example.org/zone': '' },
      tolerations: [{ key: 'runs', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1_000_000 }],
      priorityClassName: 'low',
      runtimeClassName: 'gvisor',
      labels: { 'example.org/team': 'a' },
      annotations: { 'example.org/note': 'say "a < b" & {}\nthen stop' },
    };
    const job = jobOf(render({ runner }));
    const { labels, annotations, ...pod } = runner;
    expect(job.metadata).toMatchObject({ labels, annotations });
    expect(job.spec.template).toMatchObject({ metadata: { labels, annotations }, spec: pod });
  });

  it('omits settings without a value from a Job', () => {
    const { metadata, spec } = jobOf(render());
    const pod = spec.template.spec;
    expect([pod.nodeSelector, pod.tolerations]).toEqual([{}, []]);
    expect(pod).not.toHaveProperty('priorityClassName');
    expect(pod).not.toHaveProperty('runtimeClassName');
    expect(Object.keys(metadata.annotations)).toEqual(['aideator/model-id']);
  });

  it('gets large numbers in full', () => {
    const runs = { outputTokensMax: 1_000_000 };
    const data = textsOf(one(render({ runs }), 'ConfigMap', `${RELEASE}-web`));
    expect(data.RUN_OUTPUT_TOKENS_MAX).toBe('1000000');
  });

  it('trusts the operator’s certificate authorities in every container that opens connections', () => {
    const objects = render({ web: { caBundle: { configMap: 'company-ca', key: 'root.pem' } } });
    for (const part of ['web', 'migrate']) {
      const pod = podOf(objects, part);
      for (const { env, volumeMounts } of [...pod.initContainers, ...pod.containers]) {
        expect(env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/aideator/ca/root.pem' });
        expect(volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/etc/aideator/ca' }));
      }
      expect(pod.volumes).toContainEqual({ name: 'ca', configMap: { name: 'company-ca' } });
    }
  });
});

describe.skipIf(!hasHelm)('the Ingress', () => {
  it('routes to the pages only, never to the port for runs', () => {
    const { spec } = ingressSchema.parse(one(render({ ingress: INGRESS }), 'Ingress', `${RELEASE}-web`));
    expect(spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend))).toEqual([
      { service: { name: `${RELEASE}-web`, port: { name: 'http' } } },
    ]);
    const [service] = ofKind(render(), 'Service').filter(
      ({ metadata }) => metadata.name === `${RELEASE}-web`,
    );
    expect(service?.spec).toMatchObject({ ports: [{ name: 'http', port: 3000 }] });
  });

  it('makes nginx pass streams on without buffering or a timeout', () => {
    const annotations = (values: object) =>
      ingressSchema.parse(one(render({ ingress: { ...INGRESS, ...values } }), 'Ingress', `${RELEASE}-web`))
        .metadata.annotations;
    expect(annotations({})).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      'nginx.org/proxy-buffering': 'False',
    });
    expect(annotations({ controller: 'generic' })).toBeUndefined();
    const own = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '60' };
    expect(annotations({ annotations: own })).toMatchObject(own);
  });

  it('can be an HTTPRoute instead, to the same pages and without a timeout', () => {
    const httpRoute = { enabled: true, host: 'aideator.example.org', parentRefs: [{ name: 'public' }] };
    const objects = render({ httpRoute });
    expect(one(objects, 'HTTPRoute', `${RELEASE}-web`).spec).toMatchObject({
      parentRefs: [{ name: 'public' }],
      hostnames: ['aideator.example.org'],
      rules: [{ timeouts: { request: '0s' }, backendRefs: [{ name: `${RELEASE}-web`, port: 3000 }] }],
    });
    const { NEXTAUTH_URL } = textsOf(one(objects, 'ConfigMap', `${RELEASE}-web`));
    expect(NEXTAUTH_URL).toBe('https://aideator.example.org');
  });

  it('gives the app the address that people open', () => {
    const url = (values: object) =>
      textsOf(one(render({ ...values }), 'ConfigMap', `${RELEASE}-web`)).NEXTAUTH_URL;
    expect(url({})).toBe('http://localhost:3000');
    expect(url({ ingress: INGRESS })).toBe('http://aideator.example.org');
    const tls = { ...INGRESS, tls: { enabled: true, secretName: 'tls' } };
    expect(url({ ingress: tls })).toBe('https://aideator.example.org');
    expect(url({ ingress: tls, web: { url: 'https://a.example.org' } })).toBe('https://a.example.org');
  });
});

describe.skipIf(!hasHelm)('the migration', () => {
  it('is a hook before install and upgrade if the database is external', () => {
    const objects = render({ postgresql: { enabled: false }, database: { existingSecret: 'pg' } });
    expect(one(objects, 'Job', `${RELEASE}-migrate`).metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    });
  });

  it('is an ordinary Job of the first install with the chart’s own PostgreSQL, which a hook would run before', () => {
    const job = one(render(), 'Job', `${RELEASE}-migrate-1`);
    expect(job.metadata.annotations).toBeUndefined();
  });

  it('must finish before a web pod starts', () => {
    const [wait] = podOf(render(), 'web').initContainers;
    expect(wait?.command).toEqual(['node', '/app/migrate.mjs', '--wait']);
    expect(podOf(render(), 'migrate').containers[0]?.command).toEqual(['node', '/app/migrate.mjs']);
  });
});

describe.skipIf(!hasHelm)('names', () => {
  it('contain the name of the release, so that two releases can share a namespace, and fit into 63 characters', () => {
    const names = (release: string) =>
      render({}, release).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const [one, two] = [names('blue'), names('green')];
    expect(one).toContain('Deployment blue-aideator-web');
    expect(one.filter((name) => two.includes(name) && !name.startsWith('Namespace'))).toEqual([]);
    for (const object of render({}, 'a'.repeat(53)))
      expect(object.metadata.name.length).toBeLessThanOrEqual(63);
  });

  it('of Services select existing pods', () => {
    const objects = render({ gateway: { smallModels: { enabled: true } } });
    const pods = podsOf(objects);
    for (const service of ofKind(objects, 'Service')) {
      const { selector, ports } = z
        .object({
          selector: z.record(z.string(), z.string()),
          ports: z.array(z.object({ targetPort: z.string() })),
        })
        .parse(service.spec);
      const [pod] = pods.filter(({ labels }) =>
        Object.entries(selector).every(([key, value]) => labels[key] === value),
      );
      const open = z
        .array(z.object({ name: z.string() }))
        .parse(pod?.containers.flatMap((container) => container.ports));
      for (const { targetPort } of ports) expect(open.map(({ name }) => name)).toContain(targetPort);
    }
  });
});
