import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installGateway } from './install.ts';
import { installedGatewayHome } from './testing/gateway-home.ts';

const NOTHING = { PATH: '/nonexistent' };

describe('an installed gateway', () => {
  it('is not installed again, and needs neither Python on PATH nor a network', async () => {
    const dir = await installedGatewayHome();
    const again = await installGateway({ dir, env: NOTHING, signal: AbortSignal.timeout(30_000) });
    expect(again).toEqual({ installed: false });
  }, 600_000);

  it('that was interrupted does not count as installed and does not block the next try', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'aideator-broken-'));
    try {
      const abort = new AbortController();
      const onProgress = ({ text }: { text: string }) => {
        if (text.startsWith('Downloading')) abort.abort();
      };
      await expect(
        installGateway({ dir, env: process.env, signal: abort.signal, onProgress }),
      ).rejects.toThrow();
      expect(await readdir(dir)).toEqual(['venv']);
      const next = installGateway({ dir, env: NOTHING, signal: AbortSignal.timeout(30_000) });
      await expect(next).rejects.toThrow('LITELLM_BASE_URL');
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }, 120_000);
});
