import { randomBytes } from 'node:crypto';
import { type Endpoint, gatewayConfigText } from './config.ts';
import { type InstallProgress, installGateway } from './install.ts';
import { startLitellm } from './litellm.ts';
import { providerSettings } from './providers.ts';
import { type SmallModels, startSmallModels } from './small-models.ts';

export interface GatewayOptions {
  /** `.aideator` */
  dir: string;
  /** Provider keys and addresses, `AIDEATOR_PYTHON`, PATH, proxies. */
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** false: no local models. Default true. */
  smallModels?: boolean;
  endpoints?: readonly Endpoint[];
  /** Default: a random one. */
  masterKey?: string;
  /** Of LiteLLM; default a free one. */
  port?: number;
  onProgress?: (progress: InstallProgress) => void;
  /** Output of both processes, line by line. */
  log?: (line: string) => void;
}

export interface Gateway {
  baseUrl: string;
  apiKey: string;
  /** Settles when one of its processes has ended, asked to or not. */
  exited: Promise<void>;
  close(): Promise<void>;
}

/** Installs what is missing, starts the small models and LiteLLM, and waits until both serve. Throws AppError `unavailable`. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { dir, env, signal } = options;
  await installGateway(options);
  const log = options.log ? { log: options.log } : {};
  const models: SmallModels | undefined =
    options.smallModels === false ? undefined : await startSmallModels({ dir, env, signal, ...log });
  const apiKey = options.masterKey ?? `sk-${randomBytes(24).toString('base64url')}`;
  const { serverKeys, apiBases, keys } = providerSettings(env);
  try {
    const litellm = await startLitellm({
      dir,
      env,
      signal,
      keys: { ...keys, ...endpointKeys(options) },
      masterKey: apiKey,
      config: gatewayConfigText({
        serverKeys,
        apiBases,
        ...(models ? { smallModels: models } : {}),
        ...(options.endpoints ? { endpoints: options.endpoints } : {}),
      }),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...log,
    });
    return {
      baseUrl: litellm.baseUrl,
      apiKey,
      exited: Promise.race([litellm.exited, ...(models ? [models.exited] : [])]),
      close: async () => {
        await Promise.all([litellm.close(), models?.close()]);
      },
    };
  } catch (error) {
    await models?.close();
    throw error;
  }
}

function endpointKeys({ endpoints = [], env }: GatewayOptions): Record<string, string> {
  const named = endpoints.flatMap(({ keyVariable }) => {
    const key = keyVariable === undefined ? undefined : env[keyVariable];
    return keyVariable === undefined || key === undefined ? [] : [[keyVariable, key] as const];
  });
  return Object.fromEntries(named);
}
