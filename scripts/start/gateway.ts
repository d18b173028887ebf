import { gatewayConfigText } from '@aideator/gateway/config';
import { installGateway } from '@aideator/gateway/install';
import { startLitellm } from '@aideator/gateway/litellm';
import { providerSettings } from '@aideator/gateway/providers';
import { startSmallModels } from '@aideator/gateway/small-models';
import { type Context, inStep } from './context.ts';
import type { PartName } from './parts.ts';

export interface GatewayAddress {
  baseUrl: string;
  apiKey: string | undefined;
}

interface RunningPart {
  baseUrl: string;
  exited: Promise<void>;
  close(): Promise<void>;
}

/** Installs and starts LiteLLM with the small models behind it, unless `LITELLM_BASE_URL` names a gateway. */
export async function startGateway(context: Context): Promise<GatewayAddress> {
  const { baseUrl, apiKey } = context.settings.gateway;
  if (baseUrl !== undefined) return { baseUrl, apiKey };
  const dir = context.settings.home;
  const { env, signal } = context;
  await inStep(context, 'Model gateway', async (update) => {
    const { installed } = await installGateway({ dir, env, signal, onProgress: ({ text }) => update(text) });
    return {
      value: undefined,
      text: installed ? 'Installed the model gateway' : 'Model gateway is installed',
    };
  });
  const smallModelsLog = context.logFile('small-models');
  const common = { dir, env, signal };
  const smallModels = await keep(context, {
    name: 'small-models',
    title: 'Small local models',
    start: (port) => startSmallModels({ ...common, ...port, log: (line) => smallModelsLog.write(line) }),
  });
  const { keys, serverKeys, apiBases } = providerSettings(env);
  const config = gatewayConfigText({ serverKeys, apiBases, smallModels });
  const masterKey = apiKey ?? context.secrets.gatewayKey;
  const litellmLog = context.logFile('litellm');
  const litellm = await keep(context, {
    name: 'litellm',
    title: 'LiteLLM',
    start: (port) =>
      startLitellm({ ...common, ...port, config, masterKey, keys, log: (line) => litellmLog.write(line) }),
  });
  return { baseUrl: litellm.baseUrl, apiKey: masterKey };
}

/** Starts a part, and once more should it end by itself; when it ends again, everything ends. */
async function keep<T extends RunningPart>(
  context: Context,
  part: { name: PartName; title: string; start: (at: { port?: number }) => Promise<T> },
): Promise<T> {
  const { parts, signal, onDeath, progress } = context;
  const running = await inStep(context, part.title, async () => {
    const value = await part.start({});
    parts.add(part.name, () => value.close());
    return { value, text: part.title };
  });
  void running.exited.then(async () => {
    if (signal.aborted) return;
    progress.line(`${part.title} ended unexpectedly and is started again.`);
    try {
      // Where the others look for it.
      const again = await part.start({ port: Number(new URL(running.baseUrl).port) });
      parts.add(part.name, () => again.close());
      progress.line(`${part.title} is back.`);
      await again.exited;
      onDeath(`${part.title} ended unexpectedly for the second time.`);
    } catch (error) {
      onDeath(`${part.title} ended unexpectedly and cannot be started again: ${String(error)}`);
    }
  });
  return running;
}
