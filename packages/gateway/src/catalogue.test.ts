import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCatalogue, fetchCatalogue } from './catalogue.ts';
import { parseCatalogue, usdPerMillion } from './catalogue-parse.ts';
import { defaultModelIds } from './default-models.ts';
import { displayName } from './model-names.ts';
import { startScriptedGateway } from './testing/scripted-gateway.ts';

// What LiteLLM 1.100.5 answered with keys of OpenAI and Anthropic and the small models, shortened.
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

  it('starts with the small local models: what sets them apart, free of charge', () => {
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

  it('has every model of a provider for own keys, and of those with a server key for all, with the same facts', () => {
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

  it('leaves out what cannot chat, what is switched off, and second names of the same model', () => {
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

  it('takes the models of a gateway that is not ours as they are named', async () => {
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

describe('a gateway', () => {
  it('that cannot be reached, refuses, or answers what is none of LiteLLM is named by its failure', async () => {
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

  it('that answers without end is not read to the end', async () => {
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

  it('that says nothing is given up after its time', async () => {
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

  it('whose list has a row that is none gives the others', () => {
    const { data } = source.modelInfo as { data: unknown[] };
    const broken = { data: [null, 7, { model_name: 1 }, {}, ...data] };
    expect(parseCatalogue({ ...source, modelInfo: broken })).toEqual(parseCatalogue(source));
  });
});

describe('prices', () => {
  it.each([
    [2.5e-6, '2.5'],
    [1.5000000000000002e-7, '0.15'],
    [3.75e-8, '0.0375'],
    [1e-5, '10'],
    [0.000168, '168'],
    [1e-9, '0.001'],
    [0, '0'],
    [null, undefined],
  ])('of %s per token are %s per million, as exact decimal text', (perToken, text) => {
    expect(usdPerMillion(perToken)).toBe(text);
  });
});

describe('names', () => {
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

describe('the models chosen at first', () => {
  const models = parseCatalogue(source);
  it('are the four local ones when there is no key', () => {
    const keyless = models.filter((model) => model.provider === 'local' || !model.serverKey);
    expect(defaultModelIds(keyless)).toEqual(models.slice(0, 4).map((model) => model.id));
  });

  it('are one good one each of the providers with a key, then local ones', () => {
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

describe('remembering', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('asks once while it is fresh, for all who ask at once, and gives the old list while the gateway fails', async () => {
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
