import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ClusterAccess, type TlsAccess, type TokenSource, tokenFile } from './cluster-access.ts';

const clusterSchema = z.object({
  server: z.url(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.base64().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});

const userSchema = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.base64().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.base64().optional(),
  exec: z.unknown().optional(),
  'auth-provider': z.unknown().optional(),
});

const contextSchema = z.object({
  cluster: z.string(),
  user: z.string(),
  namespace: z.string().optional(),
});

const kubeconfigSchema = z.object({
  'current-context': z.string().default(''),
  contexts: z.array(z.object({ name: z.string(), context: contextSchema })),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })),
  users: z.array(z.object({ name: z.string(), user: userSchema })),
});

/**
 * The access that a kubeconfig file names, for a process outside the cluster: certificates, tokens and token files.
 * Throws for a file that is none, and for users whose credentials come from another program (`exec`).
 */
export async function kubeconfigAccess(path: string, contextName?: string): Promise<ClusterAccess> {
  const config = kubeconfigSchema.parse(parse(await readFile(path, 'utf8')));
  const context = byName(config.contexts, contextName ?? config['current-context'], 'context').context;
  const { cluster } = byName(config.clusters, context.cluster, 'cluster');
  const { user } = byName(config.users, context.user, 'user');
  if (user.exec !== undefined || user['auth-provider'] !== undefined) {
    throw new Error(
      `user ${context.user} of ${path} needs another program; use a token of a service account`,
    );
  }
  const load = (data: string | undefined, file: string | undefined): Promise<string | undefined> =>
    dataOrFile(data, file, dirname(path));
  const tls: TlsAccess = {
    ...present('ca', await load(cluster['certificate-authority-data'], cluster['certificate-authority'])),
    ...present('cert', await load(user['client-certificate-data'], user['client-certificate'])),
    ...present('key', await load(user['client-key-data'], user['client-key'])),
    ...present('servername', cluster['tls-server-name']),
    ...(cluster['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : {}),
  };
  return {
    server: cluster.server.replace(/\/+$/, ''),
    tls,
    ...present('token', tokenOf(user, dirname(path))),
    ...present('namespace', context.namespace),
  };
}

function byName<T extends { name: string }>(entries: readonly T[], name: string, kind: string): T {
  const entry = entries.find((each) => each.name === name);
  if (!entry) throw new Error(`the kubeconfig has no ${kind} named ${JSON.stringify(name)}`);
  return entry;
}

function tokenOf(user: z.infer<typeof userSchema>, folder: string): TokenSource | undefined {
  if (user.tokenFile !== undefined) return tokenFile(resolve(folder, user.tokenFile));
  const { token } = user;
  return token === undefined ? undefined : { get: async () => token, expire: () => {} };
}

async function dataOrFile(
  data: string | undefined,
  file: string | undefined,
  folder: string,
): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? undefined : readFile(resolve(folder, file), 'utf8');
}

function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
