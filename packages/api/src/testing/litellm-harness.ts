import { randomBytes } from 'node:crypto';
import type { CatalogueModel, ModelPrices } from '@aideator/contract/models';
import { fetchCatalogue } from '@aideator/gateway/catalogue';
import { type Litellm, startLitellm } from '@aideator/gateway/litellm';
import { createRunKeys } from '@aideator/gateway/run-keys';
import { installedGatewayHome } from '@aideator/gateway/testing/gateway-home';
import { type Harness, startHarness } from './harness.ts';

export interface LitellmHarness extends AsyncDisposable {
  harness: Harness;
  litellm: Litellm;
  models: readonly CatalogueModel[];
}

interface LitellmHarnessOptions {
  /** From `gatewayConfigText`. */
  config: string;
  prices?: Readonly<Record<string, ModelPrices>>;
  /** Further variables of LiteLLM's process. */
  keys?: Readonly<Record<string, string>>;
  /** Models that LiteLLM serves but its catalogue does not list. */
  moreModels?: readonly CatalogueModel[];
}

/** The whole program without pages, with the real LiteLLM as its gateway. */
export async function startLitellmHarness(options: LitellmHarnessOptions): Promise<LitellmHarness> {
  const tokenSecret = randomBytes(32).toString('base64url');
  const masterKey = `sk-${randomBytes(16).toString('hex')}`;
  const stack = new AsyncDisposableStack();
  try {
    const litellm = await startLitellm({
      dir: await installedGatewayHome(),
      config: options.config,
      masterKey,
      tokenSecret,
      env: process.env,
      ...(options.keys && { keys: options.keys }),
      signal: AbortSignal.timeout(180_000),
      log: () => {},
    });
    stack.defer(() => litellm.close());
    const { baseUrl } = litellm;
    const listed = await fetchCatalogue({ baseUrl, apiKey: masterKey, signal: AbortSignal.timeout(60_000) });
    const models = [...listed, ...(options.moreModels ?? [])].map((model) => ({
      ...model,
      ...options.prices?.[model.id],
    }));
    const { keyFor } = createRunKeys({ tokenSecret });
    const harness = stack.use(
      await startHarness({
        gateway: { baseUrl, keyFor, catalogue: { list: async () => models } },
        run: { firstTokenTimeoutSeconds: 120, timeoutSeconds: 150 },
      }),
    );
    return { harness, litellm, models, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
