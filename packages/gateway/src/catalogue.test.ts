import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCatalogue, fetchCatalogue } from './catalogue.ts';
import { parseCatalogue } from './catalogue-parse.ts';
import { defaultModelIds } from './default-models.ts';
import { displayName } from './model-names.ts';
import { startScriptedGateway } from './testing/scripted-gateway.ts';

// Recorded from LiteLLM 1.100.5 with keys of OpenAI and Anthropic and the small models, shortened.
const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__', name), 'utf8'));
async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const source = {
  modelInfo: recorded('model-info.json'),
  costMap: recorded('cost-map.json'),
  today: '2026-11-23',
};

describe('the catalogue', () => {
  const models = parseCatalogue(source);
  const ids = models.map((model) => model.id);
  const find = (id: string) => models.find((model) => model.id === id);

  it('starts with the small local models, which are free and say how they differ', () => {
    expect(models.slice(0, 4).map((model) => model.provider)).toEqual(Array(4).fill('local'));
    expect(find('local/smollm2-creative')).toMatchObject({
      name: 'SmolLM2 · creative (temp 1)',
      providerName: 'On this machine',
      inputUsdPerMillion: '0',
      contextTokens: 8192,
      serverKey: true,
      preset: { systemText: expect.stringContaining('imaginative'), parameters: { temperature: 1 } },
    });
  });

  it('lists every model of a provider for own keys, and again for the server key where there is one, with the same facts', () => {
    const facts = {
      name: 'GPT-4o mini',
      provider: 'openai',
      providerName: 'OpenAI',
      contextTokens: 128_000,
      outputTokensMax: 16_384,
      inputUsdPerMillion: '0.15',
      outputUsdPerMillion: '0.6',
    };
    expect(find('openai/gpt-4o-mini')).toMatchObject({ ...facts, serverKey: true });
    expect(find('own-key/openai/gpt-4o-mini')).toMatchObject({ ...facts, serverKey: false });
    expect(find('openai/gpt-4o-mini')?.capabilities).toEqual(
      expect.arrayContaining(['vision', 'tools', 'json']),
    );
    expect(ids).toEqual(
      expect.arrayContaining(['own-key/cohere/command-a-03-2025', 'own-key/groq/openai/gpt-oss-120b']),
    );
    const server = models.filter((model) => model.serverKey).map((model) => model.provider);
    expect(new Set(server)).toEqual(new Set(['local', 'openai', 'anthropic']));
    expect(new Set(models.map((model) => model.provider)).size).toBe(10);
  });

  it('leaves out models that cannot chat, retired models, and second names of the same model', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const part of [
      'embedding',
      'tts',
      'audio',
      'ft:',
      'guard',
      'gpt-5.2-pro',
      'gpt-3.5',
      'auto',
      'smollm2-1',
      'azure',
      'versatile',
    ])
      expect(ids.filter((id) => id.includes(part))).toEqual([]);
    for (const twin of [
      'gpt-4o-2024-08-06',
      'gpt-4.1-mini-2025-04-14',
      'claude-opus-4-6-20260205',
      'mistral-large-2512',
      'deepseek/deepseek/',
    ])
      expect(ids.filter((id) => id.includes(twin))).toEqual([]);
    expect(ids.filter((id) => id.endsWith('/smollm2'))).toEqual([]);
  });

  it('keeps the model names of a foreign gateway', async () => {
    await using gateway = await startScriptedGateway({
      scripts: {
        'my-gpt': { text: 'a', modelInfo: { supports_vision: true } },
        embed: { modelInfo: { mode: 'embedding' } },
      },
      apiKey: 'k',
    });
    const signal = AbortSignal.timeout(10_000);
    const list = await fetchCatalogue({ baseUrl: gateway.baseUrl, apiKey: 'k', signal });
    expect(list).toEqual([
      {
        id: 'my-gpt',
        name: 'My GPT',
        provider: 'openai',
        providerName: 'OpenAI',
        serverKey: true,
        capabilities: ['vision'],
        contextTokens: 128_000,
        outputTokensMax: 16_384,
        inputUsdPerMillion: '1',
        outputUsdPerMillion: '2',
      },
    ]);
    await expect(fetchCatalogue({ baseUrl: gateway.baseUrl, apiKey: 'no', signal })).rejects.toMatchObject({
      code: 'gateway_error',
    });
  });
});

describe('fetching the catalogue', () => {
  it('fails with a code when the gateway is unreachable, refuses, or is not LiteLLM', async () => {
    const signal = AbortSignal.timeout(20_000);
    const gateway = await startScriptedGateway({ apiKey: 'k' });
    const { baseUrl } = gateway;
    await expect(fetchCatalogue({ baseUrl, apiKey: 'no', signal })).rejects.toMatchObject({
      code: 'gateway_error',
    });
    await gateway.close();
    await expect(fetchCatalogue({ baseUrl, signal })).rejects.toMatchObject({ code: 'gateway_unreachable' });
    await using other = await serve((_, response) => response.end('{"data": 7}'));
    await expect(fetchCatalogue({ baseUrl: other.url, signal })).rejects.toMatchObject({
      code: 'gateway_error',
    });
  });

  it('stops reading a response that never ends', async () => {
    let sent = 0;
    await using endless = await serve((_, response) => {
      const more = (): void => {
        sent += 1;
        if (sent < 2_000 && !response.destroyed) response.write(' '.repeat(64 * 1024), more);
        else response.end();
      };
      more();
    });
    const asked = fetchCatalogue({ baseUrl: endless.url, signal: AbortSignal.timeout(25_000) });
    await expect(asked).rejects.toMatchObject({
      code: 'gateway_error',
      message: expect.stringContaining('more than'),
    });
  });

  it('gives up on a silent gateway after the timeout', async () => {
    const asked: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      return controller.signal;
    });
    await using silent = await serve((request) => request.resume());
    const signal = new AbortController().signal;
    await expect(fetchCatalogue({ baseUrl: silent.url, signal })).rejects.toMatchObject({
      code: 'gateway_unreachable',
    });
    timeout.mockRestore();
    expect(Math.max(...asked)).toBeLessThanOrEqual(20_000);
  });

  it('skips malformed rows of the list', () => {
    const { data } = source.modelInfo as { data: unknown[] };
    const broken = { data: [null, 7, { model_name: 1 }, {}, ...data] };
    expect(parseCatalogue({ ...source, modelInfo: broken })).toEqual(parseCatalogue(source));
  });
});

describe('the limit of a first token', () => {
  const limitOf = (info: object) => {
    const modelInfo = { data: [{ model_name: 'lab/slow', model_info: { mode: 'chat', ...info } }] };
    const [model] = parseCatalogue({ modelInfo, costMap: {}, today: '2026-11-23' });
    return model?.firstTokenTimeoutSeconds;
  };

  it('is what the model_info of the gateway’s config says', () => {
    expect(limitOf({ first_token_timeout_seconds: 900 })).toBe(900);
    expect(limitOf({})).toBeUndefined();
  });

  it.each([0, -1, 1.5, '600', 1e9])('is not %j', (seconds) => {
    expect(limitOf({ first_token_timeout_seconds: seconds })).toBeUndefined();
  });
});

describe('model names', () => {
  it.each([
    ['gpt-5.4-mini', 'GPT-5.4 mini'],
    ['claude-opus-4-6', 'Claude Opus 4.6'],
    ['claude-opus-4-5-20251101', 'Claude Opus 4.5 (2025-11-01)'],
    ['gemini-2.5-flash-lite', 'Gemini 2.5 Flash Lite'],
    ['mistral-large-latest', 'Mistral Large (latest)'],
    ['command-a-03-2025', 'Command A (03-2025)'],
    ['meta-llama/llama-3.3-70b-instruct', 'Llama 3.3 70B Instruct'],
    ['openai/gpt-oss-120b', 'GPT-OSS 120B'],
    ['z-ai/glm-4.6:exacto', 'GLM 4.6 (exacto)'],
    ['o3', 'o3'],
  ])('%s reads %s', (id, name) => {
    expect(displayName(id)).toBe(name);
  });
});

describe('the first selection of models', () => {
  const models = parseCatalogue(source);
  it('is the four local models without any key', () => {
    const keyless = models.filter((model) => model.provider === 'local' || !model.serverKey);
    expect(defaultModelIds(keyless)).toEqual(models.slice(0, 4).map((model) => model.id));
  });

  it('is a good model of each provider with a key, then local ones', () => {
    expect(defaultModelIds(models).slice(0, 3)).toEqual([
      'openai/gpt-5.4-mini',
      'anthropic/claude-sonnet-5',
      'local/smollm2-precise',
    ]);
    expect(defaultModelIds(models, new Set(['openai', 'xai', 'gemini']))).toEqual([
      'openai/gpt-5.4-mini',
      'anthropic/claude-sonnet-5',
      'own-key/gemini/gemini-3.7-flash',
      'own-key/xai/grok-4.6',
    ]);
  });
});

describe('the cached catalogue', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('asks the gateway once for all callers while it is fresh, and returns the old list while the gateway fails', async () => {
    let asked = 0;
    let works = true;
    server = createServer((request, response) => {
      if (request.url === '/model/info') asked += 1;
      response.writeHead(works ? 200 : 503);
      response.end(JSON.stringify(request.url === '/model/info' ? source.modelInfo : source.costMap));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const catalogue = createCatalogue({ baseUrl, retrySeconds: 0, signal: AbortSignal.timeout(30_000) });
    works = false;
    await expect(catalogue.list()).rejects.toMatchObject({ code: 'gateway_error' });
    works = true;
    const [first, second] = await Promise.all([catalogue.list(), catalogue.list()]);
    expect([asked, first.length]).toEqual([2, second.length]);
    await catalogue.list();
    expect(asked).toBe(2);
    works = false;
    catalogue.refresh();
    expect(await catalogue.list()).toEqual(first);
    expect(asked).toBe(3);
  });
});
