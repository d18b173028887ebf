import { setTimeout as delay } from 'node:timers/promises';
import { PROVIDER_ROUTES } from '@aideator/gateway/providers';
import { NEXT_BIN, RUNNER_PATH, WEB_DIR } from './build.ts';
import { Child } from './child.ts';
import { type Context, inStep } from './context.ts';
import { reachableHost, urlHost } from './env.ts';
import type { GatewayAddress } from './gateway.ts';

const LIVE_TIMEOUT_MS = 120_000;
const REQUEST_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const STOP_GRACE_MS = 8_000;

export interface Backing {
  databaseUrl: string;
  gateway: GatewayAddress;
}

/** Starts the web app and waits until it serves requests. */
export async function startWeb(context: Context, backing: Backing): Promise<void> {
  const { mode, settings, parts, progress, signal, onDeath } = context;
  await inStep(context, 'Web app', async (update) => {
    const log = context.logFile('web');
    const child = new Child({
      args: [NEXT_BIN, mode, '--hostname', settings.host, '--port', String(settings.port)],
      cwd: WEB_DIR,
      env: webEnvironment(context, backing),
      log,
      ...(mode === 'dev' ? { onLine: (line: string) => progress.line(line) } : {}),
    });
    parts.add('web', () => child.stop(STOP_GRACE_MS));
    let isLive = false;
    const ended = child.exited.then(({ code, signal: by }) => {
      const how = by ?? `code ${code}`;
      const sentence = `The web app ended unexpectedly (${how}).\n${log.tail()}\n(${log.path})`;
      if (!isLive) throw new Error(sentence);
      if (!signal.aborted) onDeath(sentence);
    });
    update('waiting for its first response');
    await Promise.race([ended, untilLive(settings, signal)]);
    isLive = true;
    return { value: undefined, text: 'Web app' };
  });
}

/** The person's settings and the addresses of the started parts, without the keys that only the gateway needs. */
function webEnvironment(context: Context, backing: Backing): Record<string, string | undefined> {
  const { env, settings, secrets, mode } = context;
  const others = { ...env };
  for (const { keyVariable } of Object.values(PROVIDER_ROUTES)) delete others[keyVariable];
  // This process's channel to its parent.
  delete others.NODE_CHANNEL_FD;
  return {
    ...others,
    NODE_ENV: mode === 'dev' ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    AIDEATOR_PARENT_PIPE: '1',
    DATABASE_URL: backing.databaseUrl,
    AUTH_SECRET: settings.authSecret ?? secrets.authSecret,
    ENCRYPTION_KEYS: settings.encryptionKeys ?? secrets.encryptionKeys,
    NEXTAUTH_URL: settings.publicUrl,
    LITELLM_BASE_URL: backing.gateway.baseUrl,
    LITELLM_API_KEY: backing.gateway.apiKey,
    GATEWAY_TOKEN_SECRET: backing.gateway.tokenSecret,
    RUNNER_PATH: settings.runnerPath ?? RUNNER_PATH,
  };
}

async function untilLive(settings: Context['settings'], signal: AbortSignal): Promise<void> {
  const url = `http://${urlHost(reachableHost(settings.host))}:${settings.port}/api/health/live`;
  const deadline = performance.now() + LIVE_TIMEOUT_MS;
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      signal.throwIfAborted();
    }
    await delay(POLL_MS, undefined, { signal });
  }
  throw new Error(`The web app did not respond at ${url} within ${LIVE_TIMEOUT_MS / 1000} s.`);
}
