import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MASTER_KEY_VARIABLE } from './config.ts';
import { ManagedProcess, plainEnvironment } from './managed-process.ts';
import { RUN_LITELLM_FILE, venvPython } from './paths.ts';
import { usablePort } from './port.ts';
import { TOKEN_SECRET_VARIABLE } from './run-keys.ts';

export interface LitellmOptions {
  /** The directory that was given to `installGateway`. The config is in `<dir>/litellm` while LiteLLM runs. */
  dir: string;
  /** From `gatewayConfigText`. */
  config: string;
  /** The admin key, which the web app sends as its bearer token. */
  masterKey: string;
  /** Signs the tokens of runs (`createRunKeys`). Without it only the master key is accepted. */
  tokenSecret?: string;
  /** Default: a free port. Always on 127.0.0.1. */
  port?: number;
  /** The environment for PATH, proxies and the like. Nothing else of it is passed on. */
  env: Readonly<Record<string, string | undefined>>;
  /** The server's provider keys, under the variables that the config names. */
  keys?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  log?: (line: string) => void;
}

export interface Litellm {
  /** `http://127.0.0.1:<port>` */
  baseUrl: string;
  pid: number | undefined;
  /** Resolves when the process has ended. */
  exited: Promise<void>;
  close(): Promise<void>;
}

/** The first start compiles Python modules. */
const START_TIMEOUT_SECONDS = 180;

/** Starts LiteLLM and waits until it serves. Throws AppError `unavailable` with the end of its output. */
export async function startLitellm(options: LitellmOptions): Promise<Litellm> {
  const home = join(options.dir, 'litellm');
  await mkdir(home, { recursive: true });
  const port = await usablePort(options.port);
  const configFile = join(home, `config-${port}.json`);
  await writeFile(configFile, options.config, { mode: 0o600 });
  const started = new ManagedProcess({
    name: 'LiteLLM',
    command: venvPython(options.dir),
    args: ['-u', RUN_LITELLM_FILE, '--config', configFile, '--host', '127.0.0.1', '--port', String(port)],
    cwd: home,
    env: {
      ...plainEnvironment(options.env),
      ...options.keys,
      [MASTER_KEY_VARIABLE]: options.masterKey,
      ...(options.tokenSecret === undefined ? {} : { [TOKEN_SECRET_VARIABLE]: options.tokenSecret }),
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      LITELLM_TELEMETRY: 'False',
      LITELLM_LOG: 'ERROR',
      DISABLE_ADMIN_UI: 'True',
      NO_DOCS: 'True',
      NO_REDOC: 'True',
    },
    ...(options.log ? { log: options.log } : {}),
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const close = async () => {
    await started.close();
    await rm(configFile, { force: true });
  };
  try {
    await started.until(() => serves(baseUrl, options), {
      timeoutSeconds: START_TIMEOUT_SECONDS,
      signal: options.signal,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { baseUrl, pid: started.pid, exited: started.exited, close };
}

/** Uses the master key, so that another server on the port is not mistaken for ours. */
async function serves(baseUrl: string, options: LitellmOptions): Promise<true | undefined> {
  try {
    const response = await fetch(`${baseUrl}/v1/models`, {
      headers: { authorization: `Bearer ${options.masterKey}` },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(5_000)]),
    });
    await response.body?.cancel();
    return response.ok || undefined;
  } catch {
    return undefined;
  }
}
