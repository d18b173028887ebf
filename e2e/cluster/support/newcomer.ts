import { usablePort } from '@aideator/gateway/port';
import type { Program } from '../../support/program.ts';
import { Release } from './installation.ts';
import { startPortForward } from './port-forward.ts';

const WEB_PORT = 3000;

export interface InstalledProgram extends Program {
  release: Release;
}

/** What a newcomer to the chart installs, the real gateway and the small models included, reached as its notes say. */
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
