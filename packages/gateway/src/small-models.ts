import { availableParallelism } from 'node:os';
import { ManagedProcess, plainEnvironment } from './managed-process.ts';
import { SMALL_MODELS_FILE, venvPython } from './paths.ts';

export interface SmallModelsOptions {
  /** The directory that was given to `installGateway`. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  log?: (line: string) => void;
  /**
   * Default: one less than the machine's cores, at most 4. llama.cpp's threads spin while they wait for each other. With
   * one thread per core, any other load on the machine makes them ten times slower.
   */
  threads?: number;
  /** Default: a free port. */
  port?: number;
}

/** Requests served in parallel. Further ones queue. */
const SLOTS = 4;
/** Shared by all requests in progress. */
export const SMALL_MODELS_CONTEXT_TOKENS = 8_192;
const START_TIMEOUT_SECONDS = 60;

export interface SmallModels {
  /** Ends with `/v1`, as OpenAI clients expect. */
  baseUrl: string;
  contextTokens: number;
  pid: number | undefined;
  exited: Promise<void>;
  close(): Promise<void>;
}

/** Starts the server of the small local models on 127.0.0.1 and waits until it is healthy. Throws AppError `unavailable`. */
export async function startSmallModels(options: SmallModelsOptions): Promise<SmallModels> {
  const threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  const started = new ManagedProcess({
    name: 'The server of the small models',
    command: venvPython(options.dir),
    args: [
      '-u',
      SMALL_MODELS_FILE,
      '127.0.0.1',
      options.port ?? 0,
      SLOTS,
      SMALL_MODELS_CONTEXT_TOKENS,
      threads,
    ].map(String),
    env: plainEnvironment(options.env),
    ...(options.log ? { log: options.log } : {}),
  });
  try {
    let address: string | undefined;
    const forget = started.onLine((line) => {
      address ??= /^listening (http:\/\/\S+)$/.exec(line)?.[1];
    });
    const limits = { timeoutSeconds: START_TIMEOUT_SECONDS, signal: options.signal };
    const origin = await started.until(async () => address, limits);
    forget();
    await started.until(() => isHealthy(origin, options.signal), limits);
    return {
      baseUrl: `${origin}/v1`,
      contextTokens: SMALL_MODELS_CONTEXT_TOKENS,
      pid: started.pid,
      exited: started.exited,
      close: () => started.close(),
    };
  } catch (error) {
    await started.close();
    throw error;
  }
}

async function isHealthy(origin: string, signal: AbortSignal): Promise<true | undefined> {
  try {
    const response = await fetch(`${origin}/health`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    await response.body?.cancel();
    return response.ok || undefined;
  } catch {
    return undefined;
  }
}
