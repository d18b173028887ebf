import { describe, expect, it } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import { defaultModelIds } from './default-models.ts';
import { startGateway } from './gateway.ts';
import { gatewayHome } from './testing/gateway-home.ts';

describe('the whole gateway', () => {
  it('starts without any key, offers four local models, answers, and is gone after close', async () => {
    const signal = AbortSignal.timeout(300_000);
    const gateway = await startGateway({
      dir: gatewayHome(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      signal,
    });
    try {
      const models = await createCatalogue({ ...gateway, signal }).list();
      const chosen = defaultModelIds(models);
      expect(chosen).toHaveLength(4);
      expect(chosen.every((id) => id.startsWith('local/'))).toBe(true);
      expect(models.filter((model) => model.serverKey)).toHaveLength(4);
      const response = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.apiKey}` },
        body: JSON.stringify({
          model: chosen[0],
          max_tokens: 8,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
        signal,
      });
      expect(await response.json()).toMatchObject({
        choices: [{ message: { content: expect.stringMatching(/\w/) } }],
      });
    } finally {
      await gateway.close();
    }
    await gateway.exited;
    await expect(fetch(gateway.baseUrl)).rejects.toThrow();
  }, 600_000);
});
