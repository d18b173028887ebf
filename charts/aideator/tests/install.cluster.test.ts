import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { WEB_ROLE_RULES } from '@aideator/k8s/web-role';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHART_DIR } from '../../gateway-config.ts';

// Needs a cluster (KUBECONFIG) that has the images of tests/images/build.sh, and helm and kubectl in PATH.
const NAMESPACE = `chart-test-${randomBytes(3).toString('hex')}`;
const RUNS = `${NAMESPACE}-runs`;
const VALUES = join(CHART_DIR, 'tests', 'stand-in-values.yaml');
const INSTALL_TIMEOUT_MS = 300_000;

function run(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(command, ['--namespace', NAMESPACE, ...args], {
    input,
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}\n${stderr}`);
  return stdout;
}
const helm = (...args: string[]) => run('helm', args);
const kubectl = (...args: string[]) => run('kubectl', args);
const wait = ['--values', VALUES, '--wait', '--timeout', '4m'];

/** Names of all objects, such as `secret/aideator-auth`, without those that the cluster itself creates. */
const left = () =>
  kubectl(
    'get',
    'all,secret,configmap,serviceaccount,role,rolebinding,networkpolicy,pvc,ingress,pdb',
    '-o',
    'name',
  )
    .split('\n')
    .filter((name) => name !== '' && !/\/(default|kube-root-ca\.crt)$/.test(name));

const secretSchema = z.object({ data: z.record(z.string(), z.string()) });
const secrets = () =>
  ['auth', 'gateway', 'postgresql', 'valkey'].map(
    (part) => secretSchema.parse(JSON.parse(kubectl('get', 'secret', `aideator-${part}`, '-o', 'json'))).data,
  );

/** True if the web app's account has this right in the namespace for runs. */
function may(verb: string, resource: string, namespace = RUNS): boolean {
  const as = `system:serviceaccount:${NAMESPACE}:aideator-web`;
  // With a slash it would be the name of an object.
  const [kind = '', subresource = ''] = resource.split('/');
  const what = [verb, kind, `--subresource=${subresource}`];
  const asked = ['auth', 'can-i', ...what, '--namespace', namespace, '--as', as];
  return spawnSync('kubectl', asked, { encoding: 'utf8' }).stdout.trim() === 'yes';
}

describe('the chart on a cluster', () => {
  beforeAll(() => {
    kubectl('create', 'namespace', NAMESPACE);
    kubectl('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted');
    helm('install', 'aideator', CHART_DIR, ...wait);
  }, INSTALL_TIMEOUT_MS);

  afterAll(() => {
    spawnSync('helm', ['uninstall', 'aideator', '--namespace', NAMESPACE]);
    spawnSync('kubectl', ['delete', 'namespace', NAMESPACE, RUNS, '--ignore-not-found', '--wait=false']);
  }, INSTALL_TIMEOUT_MS);

  it('is ready after one command and passes helm test', () => {
    expect(helm('test', 'aideator', '--timeout', '2m')).toMatch(/Phase:\s+Succeeded/);
  });

  it('gives the web app exactly the rights that its backend needs', () => {
    const allowed = WEB_ROLE_RULES.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
    );
    const refused = [
      'watch jobs',
      'get pods',
      'get secrets',
      'create pods',
      'delete pods',
      'create pods/exec',
      'update jobs',
      'get configmaps',
    ];
    const ask = (question: string) => may(...(question.split(' ') as [string, string]));
    expect(allowed.map(ask)).toEqual(allowed.map(() => true));
    expect(refused.map(ask)).toEqual(refused.map(() => false));
    expect(may('get', 'secrets', NAMESPACE)).toBe(false);
  });

  it('refuses pods in the namespace for runs that could run as root', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'rooted', namespace: RUNS },
      spec: { containers: [{ name: 'a', image: 'a:1' }] },
    };
    const { stderr } = spawnSync('kubectl', ['create', '-f', '-'], {
      input: JSON.stringify(pod),
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/violates PodSecurity "restricted/);
  });

  it(
    'keeps its secrets when it is upgraded, and migrates before anything is replaced',
    () => {
      const before = secrets();
      helm('upgrade', 'aideator', CHART_DIR, ...wait, '--set', 'web.logLevel=debug');
      expect(secrets()).toEqual(before);
      expect(helm('get', 'hooks', 'aideator')).toMatch(/name: aideator-migrate\n/);
      // The upgrade removes the ordinary Job of the first install. Helm deletes the upgrade's hook once it has
      // succeeded.
      expect(kubectl('get', 'jobs', '-o', 'name')).toBe('');
    },
    INSTALL_TIMEOUT_MS,
  );

  it(
    'leaves nothing when it is uninstalled but the Secret that stored keys depend on',
    async () => {
      const { AUTH_SECRET } = secrets()[0] ?? {};
      helm('uninstall', 'aideator', '--wait', '--timeout', '2m');
      kubectl('wait', '--for=delete', 'pod', '--all', '--timeout', '60s');
      expect(left()).toEqual(['secret/aideator-auth']);
      expect(spawnSync('kubectl', ['get', 'namespace', RUNS]).status).not.toBe(0);
      expect(kubectl('get', 'secret', 'aideator-auth', '-o', 'jsonpath={.data.AUTH_SECRET}')).toBe(
        AUTH_SECRET,
      );
    },
    INSTALL_TIMEOUT_MS,
  );
});
