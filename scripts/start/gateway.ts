import { operatorText } from '@aideator/contract/error-facts';
import { gatewayConfigText } from '@aideator/gateway/config';
import { installGateway } from '@aideator/gateway/install';
import { startLitellm } from '@aideator/gateway/litellm';
import { usablePort } from '@aideator/gateway/port';
import { providerSettings } from '@aideator/gateway/providers';
import { createRunKeys, MASTER_KEY_WARNING } from '@aideator/gateway/run-keys';
import { SMALL_MODELS_CONTEXT_TOKENS, startSmallModels } from '@aideator/gateway/small-models';
import { type Context, inStep } from './context.ts';
import type { PartName } from './parts.ts';

export interface GatewayAddress {
  baseUrl: string;
  apiKey: string | undefined;
  /** Signs the tokens of runs, when the gateway checks such tokens. */
  tokenSecret: string | undefined;
}

interface RunningPart {
  exited: Promise<void>;
  close(): Promise<void>;
}

export interface StartingGateway {
  address: GatewayAddress;
  /** Resolves when the gateway serves requests. */
  ready: Promise<void>;
}

/**
 * Installs LiteLLM and the small models and starts both, unless `LITELLM_BASE_URL` names a gateway. Returns as soon as the
 * address is known: LiteLLM takes seconds to load, and the web app need not wait for it.
 */
export async function startGateway(context: Context): Promise<StartingGateway> {
  const { gateway } = context.settings;
  if (gateway.baseUrl !== undefined) {
    if (createRunKeys(gateway).kind === 'master') context.progress.line(`Warning: ${MASTER_KEY_WARNING}`);
    return { address: { ...gateway, baseUrl: gateway.baseUrl }, ready: Promise.resolve() };
  }
  const dir = context.settings.home;
  const { env, signal } = context;
  await inStep(context, 'Model gateway', async (update) => {
    const { installed } = await installGateway({ dir, env, signal, onProgress: ({ text }) => update(text) });
    return {
      value: undefined,
      text: installed ? 'Installed the model gateway' : 'Model gateway is installed',
    };
  });
  const masterKey = gateway.apiKey ?? context.secrets.gatewayKey;
  const tokenSecret = gateway.tokenSecret ?? context.secrets.gatewayTokenSecret;
  const ports = { smallModels: await usablePort(), litellm: await usablePort() };
  const ready = startBoth(context, { masterKey, tokenSecret, ports });
  return { address: { baseUrl: urlOf(ports.litellm), apiKey: masterKey, tokenSecret }, ready };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

async function startBoth(
  context: Context,
  given: { masterKey: string; tokenSecret: string; ports: { smallModels: number; litellm: number } },
): Promise<void> {
  const { env, signal } = context;
  const common = { dir: context.settings.home, env, signal };
  const { keys, serverKeys, apiBases } = providerSettings(env);
  const config = gatewayConfigText({
    serverKeys,
    apiBases,
    smallModels: {
      baseUrl: `${urlOf(given.ports.smallModels)}/v1`,
      contextTokens: SMALL_MODELS_CONTEXT_TOKENS,
    },
  });
  const smallModelsLog = context.logFile('small-models');
  const litellmLog = context.logFile('litellm');
  await Promise.all([
    keep(context, {
      name: 'small-models',
      title: 'Small local models',
      start: () =>
        startSmallModels({
          ...common,
          port: given.ports.smallModels,
          log: (line) => smallModelsLog.write(line),
        }),
    }),
    keep(context, {
      name: 'litellm',
      title: 'LiteLLM',
      start: () =>
        startLitellm({
          ...common,
          port: given.ports.litellm,
          config,
          masterKey: given.masterKey,
          tokenSecret: given.tokenSecret,
          keys,
          log: (line) => litellmLog.write(line),
        }),
    }),
  ]);
}

/** Starts a part and restarts it once if it ends unexpectedly. The second time, all parts are stopped. */
async function keep(
  context: Context,
  part: { name: PartName; title: string; start: () => Promise<RunningPart> },
): Promise<void> {
  const { parts, signal, onDeath, progress } = context;
  const running = await inStep(context, part.title, async () => {
    const value = await part.start();
    parts.add(part.name, () => value.close());
    return { value, text: part.title };
  });
  void running.exited.then(async () => {
    if (signal.aborted) return;
    progress.line(`${part.title} ended unexpectedly. Restarting it …`);
    try {
      const again = await part.start();
      parts.add(part.name, () => again.close());
      progress.line(`${part.title} runs again.`);
      await again.exited;
      onDeath(`${part.title} ended unexpectedly for the second time.`);
    } catch (error) {
      onDeath(`${part.title} ended unexpectedly and could not be restarted: ${operatorText(error)}`);
    }
  });
}
