import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatewayConfigText } from './config.ts';
import { type Litellm, startLitellm } from './litellm.ts';
import { type SmallModels, startSmallModels } from './small-models.ts';
import { gatewayHome, installedGatewayHome } from './testing/gateway-home.ts';

const masterKey = 'sk-test-master';
let models: SmallModels;
let litellm: Litellm;

beforeAll(async () => {
  const dir = await installedGatewayHome();
  const signal = AbortSignal.timeout(180_000);
  models = await startSmallModels({ dir, env: process.env, signal });
  litellm = await startLitellm({
    dir,
    config: gatewayConfigText({ serverKeys: [], smallModels: models }),
    masterKey,
    env: process.env,
    signal,
  });
}, 600_000);

afterAll(async () => {
  await litellm?.close();
  await models?.close();
});

async function ask(model: string) {
  const response = await fetch(`${litellm.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${masterKey}` },
    body: JSON.stringify({
      model,
      stream: true,
      max_tokens: 60,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Name three colours.' }],
    }),
    signal: AbortSignal.timeout(60_000),
  });
  const body = await response.text();
  return { status: response.status, body, pieces: body.match(/"content":"[^"]/g)?.length ?? 0 };
}

describe('the small models', () => {
  it('stream four real answers in parallel, with usage', async () => {
    const names = ['precise', 'balanced', 'creative', 'teacher'];
    const replies = await Promise.all(names.map((name) => ask(`local/smollm2-${name}`)));
    for (const reply of replies) {
      expect(reply.status).toBe(200);
      expect(reply.pieces).toBeGreaterThan(3);
      expect(reply.body).toMatch(/"completion_tokens":[1-9]/);
    }
  }, 90_000);

  it('end with the process that started them, even if it is killed', async () => {
    const holder = spawn(
      process.execPath,
      [join(import.meta.dirname, 'testing', 'orphan-holder.ts'), gatewayHome()],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
    const { pid, baseUrl } = JSON.parse(line) as { pid: number; baseUrl: string };
    expect((await fetch(`${baseUrl}/models`)).status).toBe(200);
    holder.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 15_000 });
  }, 60_000);

  it('have ended after close, and so has LiteLLM', async () => {
    await Promise.all([litellm.close(), models.close()]);
    for (const { pid } of [litellm, models]) expect(() => process.kill(pid ?? 0, 0)).toThrow();
    await expect(fetch(models.baseUrl)).rejects.toThrow();
    await expect(fetch(litellm.baseUrl)).rejects.toThrow();
  });
});
