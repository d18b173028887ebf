import { availableParallelism } from 'node:os';
import { ManagedProcess, plainEnvironment } from './managed-process.ts';
import { SMALL_MODELS_FILE, venvPython } from './paths.ts';

export interface SmallModelsOptions {
  /** Where `installGateway` installed to. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  log?: (line: string) => void;
  /**
   * Default: all but one of the machine's, at most 4. llama.cpp's threads wait for each other by spinning; with as many
   * as there are cores, everything else that runs here makes them ten times slower.
   */
  threads?: number;
  /** Default: a free one. */
  port?: number;
}

/** Answers at once; further ones wait their turn. */
const SLOTS = 4;
/** Shared by the answers in progress. */
export const SMALL_MODELS_CONTEXT_TOKENS = 8_192;
const START_TIMEOUT_SECONDS = 60;

export interface SmallModels {
  /** With `/v1`, as an OpenAI client wants it. */
  baseUrl: string;
  contextTokens: number;
  pid: number | undefined;
  exited: Promise<void>;
  close(): Promise<void>;
}

/** Starts the server of the small local models on 127.0.0.1 and waits until it answers. Throws AppError `unavailable`. */
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
    const answer = await fetch(`${origin}/health`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    await answer.body?.cancel();
    return answer.ok || undefined;
  } catch {
    return undefined;
  }
}
