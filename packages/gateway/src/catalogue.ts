import { AppError } from '@aideator/contract/errors';
import type { CatalogueModel } from '@aideator/contract/models';
import { parseCatalogue } from './catalogue-parse.ts';

export interface GatewayAddress {
  baseUrl: string;
  apiKey?: string;
}

const REQUEST_TIMEOUT_MS = 20_000;
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** Asks the gateway for its models. Throws AppError `gateway_unreachable` or `gateway_error`. */
export async function fetchCatalogue(
  gateway: GatewayAddress & { signal: AbortSignal },
): Promise<CatalogueModel[]> {
  const [modelInfo, costMap] = await Promise.all([
    ask(gateway, '/model/info'),
    // Not every gateway has it; its models are then those of /model/info alone.
    ask(gateway, '/public/litellm_model_cost_map').catch(() => undefined),
  ]);
  try {
    return parseCatalogue({ modelInfo, costMap, today: new Date().toISOString().slice(0, 10) });
  } catch (cause) {
    throw new AppError('gateway_error', "the gateway's /model/info is none of LiteLLM's", { cause });
  }
}

async function ask(gateway: GatewayAddress & { signal: AbortSignal }, path: string): Promise<unknown> {
  const signal = AbortSignal.any([gateway.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  const headers: Record<string, string> =
    gateway.apiKey === undefined ? {} : { authorization: `Bearer ${gateway.apiKey}` };
  let answer: Response;
  try {
    answer = await fetch(new URL(path, gateway.baseUrl), { headers, signal });
  } catch (cause) {
    throw new AppError('gateway_unreachable', `${path}: ${String(cause)}`, { cause });
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new AppError('gateway_error', `${path}: HTTP ${answer.status}`);
  }
  try {
    return JSON.parse(await boundedText(answer));
  } catch (cause) {
    throw new AppError('gateway_error', `${path}: ${String(cause)}`, { cause });
  }
}

async function boundedText(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > ANSWER_BYTES_MAX) throw new Error(`more than ${ANSWER_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export interface CatalogueOptions extends GatewayAddress {
  /** How long an answer counts as fresh; default 300. */
  ttlSeconds?: number;
  /** After a failure the old list is given out so long before the gateway is asked again; default 5. */
  retrySeconds?: number;
  /** Ends a request in progress, for good. */
  signal: AbortSignal;
}

/** The models, remembered. */
export interface Catalogue {
  /** Fresh ones; while the gateway fails, the last known. Rejects only when none were ever known. */
  list(): Promise<readonly CatalogueModel[]>;
  /** Forgets what it knows: the next `list` asks. */
  refresh(): void;
}

export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { ttlSeconds = 300, retrySeconds = 5 } = options;
  let known: readonly CatalogueModel[] | undefined;
  let freshUntil = 0;
  let asking: Promise<readonly CatalogueModel[]> | undefined;

  const load = async (): Promise<readonly CatalogueModel[]> => {
    try {
      known = await fetchCatalogue(options);
      freshUntil = performance.now() + ttlSeconds * 1000;
    } catch (error) {
      if (!known) throw error;
      freshUntil = performance.now() + retrySeconds * 1000;
    } finally {
      asking = undefined;
    }
    return known;
  };
  return {
    list: async () => {
      if (known && performance.now() < freshUntil) return known;
      asking ??= load();
      return asking;
    },
    refresh: () => {
      freshUntil = 0;
    },
  };
}
