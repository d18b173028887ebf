/**
 * Makes what the chart carries of the gateway: `npm run generate -w @aideator/charts`. Run it when the gateway's config
 * or its guard has changed; a test compares.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import {
  fullGatewayConfig,
  GATEWAY_CONFIG_FILE,
  KEY_GUARD_FILE,
  KEY_GUARD_SOURCE,
} from './gateway-config.ts';

await writeFile(GATEWAY_CONFIG_FILE, fullGatewayConfig());
await copyFile(KEY_GUARD_SOURCE, KEY_GUARD_FILE);
