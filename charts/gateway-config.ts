import { join } from 'node:path';
import { PROVIDERS } from '@aideator/contract/models';
import { gatewayConfigText } from '@aideator/gateway/config';
import { SMALL_MODELS_CONTEXT_TOKENS } from '@aideator/gateway/small-models';

export const CHART_DIR = join(import.meta.dirname, 'aideator');
export const ROOT = join(import.meta.dirname, '..');
export const GATEWAY_CONFIG_FILE = join(CHART_DIR, 'files', 'gateway.json');
export const KEY_GUARD_FILE = join(CHART_DIR, 'files', 'key_guard.py');
export const KEY_GUARD_SOURCE = join(ROOT, 'packages', 'gateway', 'python', 'key_guard.py');

/** The config with everything that an installation may want; the template leaves out what one does not. */
export function fullGatewayConfig(): string {
  return gatewayConfigText({
    serverKeys: PROVIDERS.map(({ id }) => id),
    smallModels: { baseUrl: 'http://small-models/v1', contextTokens: SMALL_MODELS_CONTEXT_TOKENS },
  });
}
