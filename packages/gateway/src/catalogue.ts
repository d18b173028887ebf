import { AppError } from '@aideator/contract/errors';
import type { CatalogueModel } from '@aideator/contract/models';
import { parseCatalogue } from './catalogue-parse.ts';

export interface GatewayAddress {
  baseUrl: string;
  apiKey?: string;
}

const REQUEST_TIMEOUT_MS = 20_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Fetches the models of the gateway. Throws AppError `gateway_unreachable` or `gateway_error`. */
export async function fetchCatalogue(
  gateway: GatewayAddress & { signal: AbortSignal },
): Promise<CatalogueModel[]> {
  const [modelInfo, costMap] = await Promise.all([
    ask(gateway, '/model/info'),
    // Not every gateway has the cost map. Without it the models are those of /model/info alone.
    ask(gateway, '/public/litellm_model_cost_map').catch(() => undefined),
  ]);
  try {
    return parseCatalogue({ modelInfo, costMap, today: new Date().toISOString().slice(0, 10) });
  } catch (cause) {
    throw new AppError('gateway_error', "the gateway's /model/info does not look like LiteLLM's", { cause });
  }
}

async function ask(gateway: GatewayAddress & { signal: AbortSignal }, path: string): Promise<unknown> {
  const signal = AbortSignal.any([gateway.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  const headers: Record<string, string> =
    gateway.apiKey === undefined ? {} : { authorization: `Bearer ${gateway.apiKey}` };
  let response: Response;
  try {
    response = await fetch(new URL(path, gateway.baseUrl), { headers, signal });
  } catch (cause) {
    throw new AppError('gateway_unreachable', path, { cause });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new AppError('gateway_error', `${path}: HTTP ${response.status}`);
  }
  try {
    return JSON.parse(await boundedText(response));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('gateway_error', `${path}: no JSON`, { cause });
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > BODY_BYTES_MAX) throw new AppError('gateway_error', `more than ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export interface CatalogueOptions extends GatewayAddress {
  /** How long a list counts as fresh; default 300. */
  ttlSeconds?: number;
  /** How long the old list is returned after a failure before the gateway is asked again; default 5. */
  retrySeconds?: number;
  /** Aborts the request in progress and all later ones. */
  signal: AbortSignal;
}

/** The models of the gateway, cached. */
export interface Catalogue {
  /** Returns fresh models, or the last known ones while the gateway fails. Rejects only when none were ever fetched. */
  list(): Promise<readonly CatalogueModel[]>;
  /** Makes the next `list` ask the gateway. */
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
