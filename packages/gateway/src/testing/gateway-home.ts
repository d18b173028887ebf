import { join } from 'node:path';
import { installGateway } from '../install.ts';

/** Where tests keep the installed gateway: `AIDEATOR_HOME`, else `.aideator` of the repository. */
export function gatewayHome(): string {
  return process.env.AIDEATOR_HOME ?? join(import.meta.dirname, '..', '..', '..', '..', '.aideator');
}

/** Installs the gateway there if necessary and returns the directory. */
export async function installedGatewayHome(): Promise<string> {
  const dir = gatewayHome();
  await installGateway({ dir, env: process.env, signal: AbortSignal.timeout(9 * 60_000) });
  return dir;
}
