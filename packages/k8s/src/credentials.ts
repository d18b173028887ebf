import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { LoadKubeConfig } from './kube-config.ts';

/** TLS settings and headers of one request, as `node:https` takes them. `agent` is set only for a proxy. */
export interface Access {
  options: RequestOptions;
  /** Their source. */
  config: KubeConfig;
}

/**
 * A credential plugin failed, or a file with credentials could not be read. The message may quote a plugin's output,
 * so it must not reach a log or a person.
 */
export class CredentialError extends Error {
  readonly code = 'CREDENTIALS';

  constructor(message: string, cause?: unknown) {
    super(`no credentials for Kubernetes: ${message.slice(0, MESSAGE_CHARS_MAX)}`, { cause });
    this.name = 'CredentialError';
  }
}

const MESSAGE_CHARS_MAX = 300;
/** How long a credential plugin or an identity provider may take. */
const DEADLINE_MS = 10_000;

/**
 * The credentials of a kubeconfig or a pod. The library renews them when they expire (`exec`, OIDC, a token file each
 * minute). Those that the API server refuses earlier are loaded anew.
 */
export class Credentials {
  /** The address of the API server, without a slash at the end. */
  readonly server: string;
  readonly #load: LoadKubeConfig;
  #config: KubeConfig | undefined;
  /** Requests that come at once share one run of the credential plugin. */
  #pending: Promise<Access> | undefined;

  constructor(load: LoadKubeConfig) {
    this.#load = load;
    this.#config = load();
    this.server = this.#config.getCurrentCluster()?.server.replace(/\/+$/, '') ?? '';
  }

  /** Throws CredentialError. */
  async get(): Promise<Access> {
    this.#pending ??= this.#apply().finally(() => {
      this.#pending = undefined;
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new CredentialError(`they did not arrive within ${DEADLINE_MS} ms`)),
      DEADLINE_MS,
    );
    try {
      return await Promise.race([this.#pending, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns other credentials in place of those that the API server refused. */
  async renew(refused: Access): Promise<Access> {
    // The refresh token in the file may be used up: the provider's newest one is only in memory.
    const isOidc = refused.config.getCurrentUser()?.authProvider?.name === 'oidc';
    if (this.#config === refused.config && !isOidc) this.#config = undefined;
    return this.get();
  }

  async #apply(): Promise<Access> {
    try {
      this.#config ??= this.#load();
      const config = this.#config;
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const { agent, headers, ...rest } = options;
      const isProxied = config.getCurrentCluster()?.proxyUrl !== undefined;
      return { config, options: { ...rest, headers: trimmed(headers), ...(isProxied ? { agent } : {}) } };
    } catch (cause) {
      // The library keeps what a plugin printed, even where it is not a credential.
      this.#config = undefined;
      throw new CredentialError(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }
}

/** A token file usually ends with a line feed, which is not valid in a header. */
function trimmed(headers: RequestOptions['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]),
  );
}
