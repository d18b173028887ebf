import { readFile } from 'node:fs/promises';

/** Where an API server is and how one proves who one is. */
export interface ClusterAccess {
  /** Such as `https://10.0.0.1:443`. */
  server: string;
  tls: TlsAccess;
  token?: TokenSource;
  /** The namespace that was named with the access; for a pod its own. */
  namespace?: string;
}

/** As `node:https` takes them. */
export interface TlsAccess {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

export interface TokenSource {
  get(): Promise<string>;
  /** The API server did not take it: the next `get` reads it again. */
  expire(): void;
}

const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_FRESH_MS = 60_000;

/** A token in a file that is replaced now and then, as those of service accounts are. */
export function tokenFile(path: string): TokenSource {
  let token: string | undefined;
  let readAtMs = 0;
  return {
    async get() {
      if (token === undefined || performance.now() - readAtMs > TOKEN_FRESH_MS) {
        token = (await readFile(path, 'utf8')).trim();
        readAtMs = performance.now();
      }
      return token;
    },
    expire() {
      token = undefined;
    },
  };
}

/** The access that Kubernetes gives to a pod. `host` and `port` are KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
export async function podAccess(
  service: { host: string; port: string },
  directory: string = SERVICE_ACCOUNT_DIR,
): Promise<ClusterAccess> {
  const host = service.host.includes(':') ? `[${service.host}]` : service.host;
  return {
    server: `https://${host}:${service.port}`,
    tls: { ca: await readFile(`${directory}/ca.crt`, 'utf8') },
    token: tokenFile(`${directory}/token`),
    namespace: (await readFile(`${directory}/namespace`, 'utf8')).trim(),
  };
}
