import { WEB_ROLE_RULES } from '@aideator/k8s/web-role';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  containersOf,
  hasHelm,
  lint,
  NAMESPACE,
  ofKind,
  one,
  podOf,
  podsOf,
  RELEASE,
  render,
  textsOf,
  VALUE_SETS,
} from './render.ts';

const DIGEST_OR_TAG = /@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$/;
const SECRET_NAME =
  /(PASSWORD|SECRET|API_KEY|MASTER_KEY|TOKEN_SECRET|ENCRYPTION_KEYS|DATABASE_URL|REDIS_URL)$/;

describe.skipIf(!hasHelm).each(VALUE_SETS)('the chart with %s values', (_name, values) => {
  const objects = hasHelm ? render(values) : [];
  const pods = podsOf(objects);

  it('passes Helm’s strict lint', () => {
    const { status, stdout } = lint(values);
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(status).toBe(0);
  });

  it('runs every container under Pod Security restricted, with a read-only root', () => {
    expect(pods.length).toBeGreaterThan(2);
    for (const pod of pods) {
      expect(pod.securityContext, pod.owner).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect([pod.hostNetwork, pod.hostPID, pod.hostIPC], pod.owner).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      for (const container of containersOf(pod)) {
        expect(container.securityContext, `${pod.owner}, ${container.name}`).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
      for (const volume of pod.volumes) {
        const kinds = Object.keys(volume).filter((key) => key !== 'name');
        expect(['emptyDir', 'configMap'], `${pod.owner}, ${volume.name}`).toEqual(
          expect.arrayContaining(kinds),
        );
      }
    }
  });

  it('names every image by digest or an explicit tag', () => {
    for (const container of pods.flatMap(containersOf)) expect(container.image).toMatch(DIGEST_OR_TAG);
  });

  it('sets a memory limit and requests for every container', () => {
    for (const container of pods.flatMap(containersOf)) {
      expect(container.resources.limits.memory, container.name).toBeDefined();
      expect(container.resources.requests, container.name).toMatchObject({
        cpu: expect.any(String),
        memory: expect.any(String),
      });
    }
  });

  it('gives a service account token to the web app only', () => {
    const withToken = pods.filter((pod) => pod.automountServiceAccountToken).map((pod) => pod.owner);
    expect(withToken).toEqual([`Deployment ${RELEASE}-web`]);
    const accounts = ofKind(objects, 'ServiceAccount');
    expect(accounts.map((account) => account.automountServiceAccountToken)).toEqual([false, false]);
  });

  it('gives the web app exactly the rights that it needs for runs, and no other rights', () => {
    const [role, ...others] = objects.filter(({ kind }) => /Role$/.test(kind));
    expect(others).toEqual([]);
    expect(role?.metadata.namespace).not.toBe(NAMESPACE);
    expect(role?.rules).toEqual(WEB_ROLE_RULES);
    const bindings = objects.filter(({ kind }) => /RoleBinding$/.test(kind));
    expect(bindings.map(({ kind, subjects, roleRef }) => ({ kind, subjects, roleRef }))).toEqual([
      {
        kind: 'RoleBinding',
        subjects: [{ kind: 'ServiceAccount', name: `${RELEASE}-web`, namespace: NAMESPACE }],
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role?.metadata.name },
      },
    ]);
  });

  it('puts no secret into a ConfigMap, a pod spec or an argument', () => {
    const secrets = ofKind(objects, 'Secret').flatMap((secret) => Object.values(textsOf(secret)));
    const others = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'));
    for (const secret of secrets) expect(others).not.toContain(secret);
    for (const map of ofKind(objects, 'ConfigMap')) {
      expect(Object.keys(textsOf(map)).filter((key) => SECRET_NAME.test(key))).toEqual([]);
    }
    for (const variable of pods.flatMap(containersOf).flatMap((container) => container.env)) {
      if (SECRET_NAME.test(variable.name)) expect(variable, variable.name).not.toHaveProperty('value');
    }
  });

  it('gives provider keys to the gateway only', () => {
    const holders = pods.filter((pod) =>
      containersOf(pod).some(({ env }) => env.some(({ name }) => /^(OPENAI|ANTHROPIC)_API_KEY$/.test(name))),
    );
    for (const pod of holders) expect(pod.owner).toBe(`Deployment ${RELEASE}-gateway`);
  });
});

describe.skipIf(!hasHelm)('the namespace for runs', () => {
  it('enforces Pod Security restricted, a quota and limits', () => {
    const objects = render();
    expect(one(objects, 'Namespace', `${NAMESPACE}-runs`).metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const quota = z
      .object({ spec: z.object({ hard: z.record(z.string(), z.string()) }) })
      .parse(one(objects, 'ResourceQuota', `${RELEASE}-runs`));
    expect(Object.keys(quota.spec.hard)).toEqual(expect.arrayContaining(['pods', 'count/jobs.batch']));
    expect(ofKind(objects, 'LimitRange')).toHaveLength(1);
  });

  it('may already exist; the chart then creates only the objects in it', () => {
    const objects = render({ runs: { namespace: 'jobs', createNamespace: false } });
    expect(ofKind(objects, 'Namespace')).toEqual([]);
    const kinds = objects.filter(({ metadata }) => metadata.namespace === 'jobs').map(({ kind }) => kind);
    expect(kinds.sort()).toEqual([
      'LimitRange',
      'NetworkPolicy',
      'ResourceQuota',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
  });

  it('has the image pull secrets, so that the runner image can be private', () => {
    const objects = render({ imagePullSecrets: ['registry'] });
    expect(one(objects, 'ServiceAccount', `${RELEASE}-runner`).imagePullSecrets).toEqual([
      { name: 'registry' },
    ]);
  });
});

describe.skipIf(!hasHelm)('secrets', () => {
  it('are created if none is named, one per user, and different at every install', () => {
    const secrets = (objects = render()) =>
      ofKind(objects, 'Secret').map((secret) => [secret.metadata.name, textsOf(secret)] as const);
    const first = secrets();
    expect(first.map(([name, data]) => [name, Object.keys(data)])).toEqual([
      [`${RELEASE}-gateway`, ['LITELLM_MASTER_KEY', 'GATEWAY_TOKEN_SECRET']],
      [`${RELEASE}-postgresql`, ['POSTGRES_PASSWORD', 'DATABASE_URL']],
      [`${RELEASE}-valkey`, ['VALKEY_PASSWORD', 'REDIS_URL']],
      [`${RELEASE}-auth`, ['AUTH_SECRET', 'ENCRYPTION_KEYS']],
    ]);
    const again = new Map(secrets());
    for (const [name, data] of first) {
      for (const [key, value] of Object.entries(data)) expect(again.get(name)?.[key]).not.toBe(value);
    }
  });

  it('have the format that the web app expects', () => {
    const auth = textsOf(one(render(), 'Secret', `${RELEASE}-auth`));
    expect(auth.AUTH_SECRET?.length).toBeGreaterThanOrEqual(32);
    const [version, key = ''] = auth.ENCRYPTION_KEYS?.split(':') ?? [];
    expect([version, Buffer.from(key, 'base64').length]).toEqual(['1', 32]);
  });

  it('outlive the release if data depends on them', () => {
    const kept = ofKind(render(), 'Secret').filter(
      ({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] === 'keep',
    );
    expect(kept.map(({ metadata }) => metadata.name)).toEqual([`${RELEASE}-postgresql`, `${RELEASE}-auth`]);
  });

  it('are not created by the chart if the operator names them all', () => {
    const [, production = {}] = VALUE_SETS.find(([name]) => name.startsWith('production')) ?? [];
    const objects = render(production);
    expect(ofKind(objects, 'Secret')).toEqual([]);
    const sources = podOf(objects, 'web').containers[0]?.env.flatMap(({ name, valueFrom }) =>
      valueFrom ? [[name, valueFrom.secretKeyRef.name]] : [],
    );
    expect(Object.fromEntries(sources ?? [])).toEqual({
      DATABASE_URL: 'aideator-database',
      REDIS_URL: 'aideator-redis',
      AUTH_SECRET: 'aideator-secrets',
      ENCRYPTION_KEYS: 'aideator-secrets',
      LITELLM_API_KEY: 'aideator-gateway-key',
      GATEWAY_TOKEN_SECRET: 'aideator-gateway-key',
      OIDC_CLIENT_SECRET: 'aideator-oidc',
    });
  });
});
