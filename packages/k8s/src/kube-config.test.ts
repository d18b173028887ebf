import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Credentials } from './credentials.ts';
import { kubeConfigFiles } from './kube-config.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube-config-'));
  path = join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A kubeconfig with two contexts. The test gives the user and cluster of `b`, the current one. */
const kubeconfig = (user: object, cluster: object = {}) => ({
  'current-context': 'b',
  contexts: [
    { name: 'a', context: { cluster: 'a', user: 'a' } },
    { name: 'b', context: { cluster: 'b', user: 'b', namespace: 'runs' } },
  ],
  clusters: [
    { name: 'a', cluster: { server: 'https://a.example' } },
    { name: 'b', cluster: { server: 'https://b.example:6443/', ...cluster } },
  ],
  users: [
    { name: 'a', user: { token: 'of a' } },
    { name: 'b', user },
  ],
});

async function credentialsOf(config: object, context?: string): Promise<Credentials> {
  await writeFile(path, JSON.stringify(config));
  return new Credentials(kubeConfigFiles(path, context));
}

/** The options with which a request is sent. */
async function optionsOf(credentials: Credentials) {
  const { ca, cert, key, servername, headers } = (await credentials.get()).options;
  return { tls: [ca, cert, key].map((each) => each?.toString()), servername, headers };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('certificates come from the data of a kubeconfig or from files beside it', async () => {
  await writeFile(join(folder, 'client.key'), 'the key');
  const user = { 'client-certificate-data': base64('the certificate'), 'client-key': 'client.key' };
  const cluster = { 'certificate-authority-data': base64('the CA'), 'tls-server-name': 'kubernetes' };
  const credentials = await credentialsOf(kubeconfig(user, cluster));
  expect(credentials.server).toBe('https://b.example:6443');
  expect(await optionsOf(credentials)).toEqual({
    tls: ['the CA', 'the certificate', 'the key'],
    servername: 'kubernetes',
    headers: {},
  });
});

test('of several contexts the current one is used, or the requested one', async () => {
  const current = await credentialsOf(kubeconfig({ token: 'of b' }));
  expect([current.server, (await optionsOf(current)).headers]).toEqual([
    'https://b.example:6443',
    { Authorization: 'Bearer of b' },
  ]);
  const other = await credentialsOf(kubeconfig({}), 'a');
  expect([other.server, (await optionsOf(other)).headers]).toEqual([
    'https://a.example',
    { Authorization: 'Bearer of a' },
  ]);
});

test('several files are merged, and the first one says which context is current', async () => {
  const second = join(folder, 'second');
  const { 'current-context': _, ...rest } = kubeconfig({ token: 'of b' });
  await writeFile(path, JSON.stringify({ 'current-context': 'b', contexts: rest.contexts }));
  await writeFile(
    second,
    JSON.stringify({ 'current-context': 'a', clusters: rest.clusters, users: rest.users }),
  );
  const credentials = new Credentials(kubeConfigFiles([path, second].join(delimiter)));
  expect((await optionsOf(credentials)).headers).toEqual({ Authorization: 'Bearer of b' });
});

test('a token file beside the kubeconfig is read, without its last line feed, and wins over a token', async () => {
  await writeFile(join(folder, 'token'), 'from a file\n');
  const credentials = await credentialsOf(kubeconfig({ tokenFile: 'token', token: 'of b' }));
  expect((await optionsOf(credentials)).headers).toEqual({ Authorization: 'Bearer from a file' });
});

test('a user may be impersonated', async () => {
  const credentials = await credentialsOf(kubeconfig({ token: 't', as: 'someone' }));
  expect((await optionsOf(credentials)).headers).toMatchObject({ 'Impersonate-User': 'someone' });
});

test.each<[string, object, string]>([
  [
    'no such context',
    { ...kubeconfig({}), 'current-context': 'c' },
    'there is no context "c"; it has "a", "b"',
  ],
  ['no current context', { ...kubeconfig({}), 'current-context': undefined }, 'there is no context ""'],
  [
    'no such cluster',
    { ...kubeconfig({}), clusters: [] },
    'context "b" names a cluster "b" that is not there',
  ],
  ['no such user', { ...kubeconfig({}), users: [] }, 'context "b" names a user "b" that is not there'],
  [
    'a server that is not a URL',
    kubeconfig({}, { server: 'b.example' }),
    'the server "b.example", which is not a URL',
  ],
  ['an http server', kubeconfig({}, { server: 'http://b.example' }), 'insecure-skip-tls-verify'],
  [
    'a cluster without a server',
    kubeconfig({}, { server: undefined }),
    'clusters[1].cluster.server is missing',
  ],
  ['nothing', {}, 'there is no context ""; it has none'],
])('a kubeconfig with %s is refused with the file and the fault', async (_, config, fault) => {
  await expect(credentialsOf(config)).rejects.toThrow(`kubeconfig ${path}: `);
  await expect(credentialsOf(config)).rejects.toThrow(fault);
});

test('a missing kubeconfig is refused with its path', () => {
  expect(() => new Credentials(kubeConfigFiles(path))).toThrow(`kubeconfig ${path}: ENOENT`);
});

test('a kubeconfig that is not YAML is refused without a word of its contents', async () => {
  await writeFile(path, 'users:\n- name: b\n  user: {token: the-secret-token\nclusters: [');
  let message = '';
  try {
    kubeConfigFiles(path)();
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain(`kubeconfig ${path}: not YAML: `);
  expect(message).not.toContain('secret');
});

test('a certificate file that is missing is named when it is needed', async () => {
  const credentials = await credentialsOf(
    kubeconfig({ 'client-certificate': 'none.crt', 'client-key': 'none.key' }),
  );
  await expect(credentials.get()).rejects.toThrow(join(folder, 'none.crt'));
});
