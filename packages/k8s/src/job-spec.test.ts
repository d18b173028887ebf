import { expect, test } from 'vitest';
import { JOB_DEFAULTS, type JobSettings, jobManifest } from './job-spec.ts';
import { jobName, labelValue, refOf, runSelector } from './labels.ts';
import { newRun } from './testing/runs.ts';

const settings: JobSettings = {
  ...JOB_DEFAULTS,
  instance: 'aideator',
  image: 'registry.example/runner:1',
  callbackUrl: 'http://web.aideator:3000/api/runner',
};

test('a pod conforms to Pod Security "restricted" and gets no service account token', () => {
  const { spec } = jobManifest(newRun(), settings);
  const pod = spec.template.spec;
  const [container] = pod.containers;
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
  });
  // It must start with any uid that the cluster assigns.
  expect(JSON.stringify(pod)).not.toMatch(/runAsUser|runAsGroup|fsGroup|hostPath|volumes/);
});

test('Kubernetes never retries a run, ends it some time after its timeout, and removes a finished Job', () => {
  const { spec } = jobManifest(newRun({ timeoutSeconds: 300.5 }), settings);
  expect(spec).toMatchObject({
    parallelism: 1,
    completions: 1,
    backoffLimit: 0,
    activeDeadlineSeconds: 511,
    ttlSecondsAfterFinished: 300,
  });
  expect(spec.template.spec.terminationGracePeriodSeconds).toBe(2);
});

test('requests and limits are set for CPU, memory and disk', () => {
  const [container] = jobManifest(newRun(), settings).spec.template.spec.containers;
  for (const part of [container?.resources.requests, container?.resources.limits]) {
    expect(Object.keys(part ?? {}).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
  }
});

test('a runner gets four values, and the token appears nowhere else', () => {
  const run = newRun({ attempt: 3, token: 'the-one-use-token-of-this-run-0123456789' });
  const manifest = jobManifest(run, settings);
  const [container] = manifest.spec.template.spec.containers;
  expect(container?.env).toEqual([
    { name: 'AIDEATOR_RUN_ID', value: run.runId },
    { name: 'AIDEATOR_RUN_ATTEMPT', value: '3' },
    { name: 'AIDEATOR_RUN_TOKEN', value: run.token },
    { name: 'AIDEATOR_CALLBACK_URL', value: settings.callbackUrl },
  ]);
  expect(JSON.stringify(manifest).split(run.token)).toHaveLength(2);
});

test('labels of Job and pod name the run, turn, response, model and attempt', () => {
  const run = newRun({ attempt: 2, model: 'own-key/anthropic/claude opus:4.5' });
  const { metadata, spec } = jobManifest(run, settings);
  expect(metadata.labels).toEqual({
    'app.kubernetes.io/name': 'aideator-runner',
    'app.kubernetes.io/instance': 'aideator',
    'app.kubernetes.io/component': 'runner',
    'app.kubernetes.io/part-of': 'aideator',
    'app.kubernetes.io/managed-by': 'aideator',
    'aideator/run': run.runId,
    'aideator/attempt': '2',
    'aideator/turn': run.turnId,
    'aideator/response': run.responseId,
    'aideator/model': 'own-key-anthropic-claude-opus-4.5',
  });
  expect(metadata.annotations).toEqual({ 'aideator/model-id': 'own-key/anthropic/claude opus:4.5' });
  expect(spec.template.metadata.labels).toEqual(metadata.labels);
  expect(refOf(metadata.labels)).toEqual({ runId: run.runId, attempt: 2 });
});

test("an operator's labels cannot replace the labels that identify a run", () => {
  const extraLabels = { team: 'a', 'aideator/run': 'other', 'app.kubernetes.io/managed-by': 'other' };
  const { metadata } = jobManifest(newRun(), { ...settings, extraLabels });
  const pairs = runSelector('aideator').split(',');
  for (const pair of pairs) {
    const [key = '', value] = pair.split('=');
    expect(metadata.labels[key]).toBe(value);
  }
  expect(metadata.labels.team).toBe('a');
  expect(metadata.labels['aideator/run']).not.toBe('other');
});

test('node selector, tolerations, priority, runtime class and pull secrets are passed on, and left out when unset', () => {
  const tolerations = [{ key: 'runs', operator: 'Exists', effect: 'NoSchedule' }];
  const { spec } = jobManifest(newRun(), {
    ...settings,
    tolerations,
    nodeSelector: { pool: 'runs' },
    priorityClassName: 'low',
    runtimeClassName: 'gvisor',
    serviceAccountName: 'runner',
    imagePullSecrets: ['registry'],
  });
  expect(spec.template.spec).toMatchObject({
    tolerations,
    nodeSelector: { pool: 'runs' },
    priorityClassName: 'low',
    runtimeClassName: 'gvisor',
    serviceAccountName: 'runner',
    imagePullSecrets: [{ name: 'registry' }],
  });
  const plain = jobManifest(newRun(), settings).spec.template.spec;
  expect(Object.keys(plain)).not.toContain('priorityClassName');
});

test('each attempt has its own Job name, which is short enough for the names of its pods', () => {
  const run = newRun({ attempt: 1 });
  expect(jobName(run)).toBe(jobName({ ...run }));
  expect(jobName(run)).toMatch(/^run-[a-z0-9]{26}-1$/);
  expect(jobName({ ...run, attempt: 2 })).not.toBe(jobName(run));
  expect(jobName({ ...run, attempt: 999_999 }).length).toBeLessThanOrEqual(63 - '-xxxxx'.length);
});

test.each([
  ['', ''],
  ['gpt-5.2', 'gpt-5.2'],
  ['openai/gpt', 'openai-gpt'],
  ['---x---', 'x'],
  ['Модель', ''],
  [`a${'/'.repeat(10)}b`, 'a-b'],
  ['x'.repeat(100), 'x'.repeat(63)],
  [`${'x'.repeat(62)}--y`, 'x'.repeat(62)],
])('label value of %j is %j', (text, value) => {
  expect(labelValue(text)).toBe(value);
  expect(value).toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
});
