/**
 * Generates the gateway files of the chart: `npm run generate -w @aideator/charts`. Run it after a change to the gateway's
 * config or its Python modules; a test compares them.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { fullGatewayConfig, GATEWAY_CONFIG_FILE, GATEWAY_MODULES } from './gateway-config.ts';

await writeFile(GATEWAY_CONFIG_FILE, fullGatewayConfig());
for (const { source, file } of GATEWAY_MODULES) await copyFile(source, file);
