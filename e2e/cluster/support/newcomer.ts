import { usablePort } from '@aideator/gateway/port';
import type { Program } from '../../support/program.ts';
import { Release } from './installation.ts';
import { startPortForward } from './port-forward.ts';

const WEB_PORT = 3000;

export interface InstalledProgram extends Program {
  release: Release;
}

/** Installs the chart as a newcomer would, with the real gateway and small models, and opens the address in its notes. */
export async function installProgram(): Promise<InstalledProgram> {
  const port = await usablePort();
  const url = `http://localhost:${port}`;
  const release = await Release.install({
    web: { replicas: 2, url },
    gateway: { smallModels: { enabled: true } },
  });
  const { namespace } = release;
  try {
    const target = { target: 'service/aideator-web', targetPort: WEB_PORT };
    const forward = await startPortForward({ ...target, namespace, port });
    const close = async () => {
      await forward[Symbol.asyncDispose]();
      await release[Symbol.asyncDispose]();
    };
    return { url, release, close };
  } catch (error) {
    await release[Symbol.asyncDispose]();
    throw error;
  }
}
