import { join } from 'node:path';
import { PROVIDERS } from '@aideator/contract/models';
import { gatewayConfigText } from '@aideator/gateway/config';
import { SMALL_MODELS_CONTEXT_TOKENS } from '@aideator/gateway/small-models';

export const CHART_DIR = join(import.meta.dirname, 'aideator');
export const ROOT = join(import.meta.dirname, '..');
export const GATEWAY_CONFIG_FILE = join(CHART_DIR, 'files', 'gateway.json');

/** The Python modules of the config and those they import, each with its source and its copy in the chart. */
export const GATEWAY_MODULES = [
  'key_guard.py',
  'provider_replies.py',
  'reply_body.py',
  'reply_chunks.py',
  'reply_protocols.py',
  'reply_stream.py',
  'run_tokens.py',
].map((name) => ({
  name,
  source: join(ROOT, 'packages', 'gateway', 'python', name),
  file: join(CHART_DIR, 'files', name),
}));

/** The config with everything that an installation may need. The template omits the parts that it does not need. */
export function fullGatewayConfig(): string {
  return gatewayConfigText({
    serverKeys: PROVIDERS.map(({ id }) => id),
    smallModels: { baseUrl: 'http://small-models/v1', contextTokens: SMALL_MODELS_CONTEXT_TOKENS },
  });
}
