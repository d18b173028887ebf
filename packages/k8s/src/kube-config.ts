import { readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';

/** Reads the cluster's address and the credentials anew. Throws an Error that names the file and the fault. */
export type LoadKubeConfig = () => KubeConfig;

/**
 * Loads kubeconfig files, as `kubectl` does: several are separated by `:` (`;` on Windows) and merged. `context` takes the
 * place of their current context.
 */
export function kubeConfigFiles(paths: string, context?: string): LoadKubeConfig {
  return () => {
    const [config, ...others] = paths.split(delimiter).filter(Boolean).map(readFile);
    if (!config) throw new Error('no kubeconfig is named');
    try {
      for (const other of others) config.mergeConfig(other, config.getCurrentContext() !== undefined);
      if (context !== undefined) config.setCurrentContext(context);
      check(config);
    } catch (error) {
      throw new Error(`kubeconfig ${paths}: ${messageOf(error)}`);
    }
    return config;
  };
}

/** Loads what Kubernetes gives to a pod: its service account, and the address of the API server from the environment. */
export function podKubeConfig(rootDirectory = ''): LoadKubeConfig {
  return () => {
    const config = new KubeConfig();
    config.loadFromCluster(rootDirectory);
    check(config);
    return config;
  };
}

function readFile(path: string): KubeConfig {
  const config = new KubeConfig();
  try {
    const text = readFileSync(path, 'utf8');
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(path));
    applyTokenFiles(config, text, dirname(path));
  } catch (error) {
    throw new Error(`kubeconfig ${path}: ${messageOf(error)}`);
  }
  return config;
}

interface RawUsers {
  users?: { name: string; user?: { tokenFile?: string } }[];
}

/** The library only knows `token-file`, not `tokenFile`. As an auth provider the file is read again each minute. */
function applyTokenFiles(config: KubeConfig, text: string, directory: string): void {
  const { users = [] } = loadYaml<RawUsers>(text);
  const files = new Map(users.map(({ name, user }) => [name, user?.tokenFile]));
  config.users = config.users.map((user) => {
    const file = files.get(user.name);
    if (file === undefined) return user;
    const { token: _, ...rest } = user;
    const tokenFile = resolve(directory, file);
    return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
}

/** Finds faults that the library would report only at the first request, or as a certificate error. */
function check(config: KubeConfig): void {
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  if (!context)
    throw new Error(`there is no context ${quote(name)}; it has ${namesOf(config.getContexts())}`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster)
    throw new Error(`context ${quote(name)} names a cluster ${quote(context.cluster)} that is not there`);
  if (!config.getUser(context.user)) {
    throw new Error(`context ${quote(name)} names a user ${quote(context.user)} that is not there`);
  }
  const { protocol } = URL.parse(cluster.server) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new Error(
      `cluster ${quote(cluster.name)} has the server ${quote(cluster.server)}, which is not a URL`,
    );
  }
  if (protocol === 'http:' && !cluster.skipTLSVerify) {
    throw new Error(
      `cluster ${quote(cluster.name)} has an http server; this needs insecure-skip-tls-verify: true`,
    );
  }
}

function namesOf(entries: readonly { name: string }[]): string {
  return entries.length === 0 ? 'none' : entries.map(({ name }) => quote(name)).join(', ');
}

function quote(name: string | undefined): string {
  return JSON.stringify(name ?? '');
}

/** A YAML error's message quotes the file, which holds credentials; its reason does not. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? `not YAML: ${error.reason}` : error.message;
}
