import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchCatalogue } from './catalogue.ts';
import { gatewayConfigText } from './config.ts';
import { type Litellm, startLitellm } from './litellm.ts';
import { LOCAL_SAMPLING } from './local-models.ts';
import { installedGatewayHome } from './testing/gateway-home.ts';
import { type ScriptedGateway, startScriptedGateway } from './testing/scripted-gateway.ts';

const SERVER_KEY = 'sk-server-0000000000000000';
const KEYS: Record<string, string> = { ann: 'sk-ann-1111111111111111', bob: 'sk-bob-2222222222222222' };
const masterKey = `sk-${randomBytes(16).toString('hex')}`;
const log: string[] = [];

/** A stand-in for providers with their own API. It records each request and refuses it. */
const others: Array<{ key: string; body: string }> = [];
const otherProvider = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const key = request.headers['x-api-key'] ?? request.headers['x-goog-api-key'];
  others.push({ key: String(key ?? request.url), body });
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ error: { type: 'authentication_error', message: `invalid key ${String(key)}` } }),
  );
});

let upstream: ScriptedGateway;
let litellm: Litellm;

beforeAll(async () => {
  const dir = await installedGatewayHome();
  otherProvider.listen(0, '127.0.0.1');
  await once(otherProvider, 'listening');
  const otherUrl = `http://127.0.0.1:${(otherProvider.address() as AddressInfo).port}`;
  upstream = await startScriptedGateway({ fallback: { text: 'one two three' } });
  const base = `${upstream.baseUrl}/v1`;
  litellm = await startLitellm({
    dir,
    config: gatewayConfigText({
      serverKeys: ['openai'],
      apiBases: { openai: base, groq: base, mistral: base, anthropic: otherUrl, gemini: otherUrl },
      smallModels: { baseUrl: base, contextTokens: 8192 },
    }),
    masterKey,
    keys: { OPENAI_API_KEY: SERVER_KEY },
    env: process.env,
    signal: AbortSignal.timeout(180_000),
    log: (line) => log.push(line),
  });
}, 600_000);

afterAll(async () => {
  await litellm?.close();
  await upstream?.close();
  otherProvider.close();
});

function ask(model: string, prompt: string, more: Record<string, unknown> = {}) {
  return fetch(`${litellm.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${masterKey}` },
    body: JSON.stringify({
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: prompt }],
      ...more,
    }),
    signal: AbortSignal.timeout(60_000),
  });
}

async function answerOf(response: Response): Promise<string> {
  const text = await response.text();
  return [...text.matchAll(/"content":"([^"]*)"/g)].map((match) => match[1]).join('');
}

describe('provider keys', () => {
  it('are sent only with the prompts of their owners when calls of two people and calls without a key are mixed', async () => {
    const groups = [
      'openai/gpt-4o',
      'openai/scripted/tokens=3',
      'groq/openai/gpt-oss-20b',
      'mistral/mistral-small',
    ];
    const rounds = 12;
    const statuses = { kept: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const calls = groups.flatMap((group) => [
        ...Object.entries(KEYS).map(
          ([who, key]) =>
            () =>
              ask(`own-key/${group}`, `prompt of ${who}`, { api_key: key }),
        ),
        () => ask(`own-key/${group}`, 'prompt of nobody'),
        () => ask(`own-key/${group}`, 'prompt of nobody', { api_key: '' }),
        ...(group.startsWith('openai/')
          ? [
              () => ask(group, 'prompt of server'),
              () => ask(group, 'prompt of nobody', { api_key: KEYS.ann }),
              () => ask(group, 'prompt of nobody', { api_base: upstream.baseUrl }),
              () => ask(`${group},groq/openai/gpt-oss-20b`, 'prompt of nobody'),
            ]
          : []),
      ]);
      const order = calls.map((_, i) => calls[(i * 7 + round) % calls.length]);
      const responses = await Promise.all(order.map((call) => call?.()));
      for (const response of responses) {
        await response?.text();
        if (response?.ok) statuses.kept += 1;
        else statuses.refused += 1;
      }
    }
    expect(statuses).toEqual({ kept: rounds * (4 * 2 + 2), refused: rounds * (4 * 2 + 2 * 3) });
    const arrived = upstream.requests.map((request) => {
      const [message] = request.body.messages as Array<{ content: string }>;
      return `${request.authorization} ${message?.content}`;
    });
    expect(arrived).toHaveLength(statuses.kept);
    expect(new Set(arrived)).toEqual(
      new Set([
        `Bearer ${SERVER_KEY} prompt of server`,
        ...Object.entries(KEYS).map(([who, key]) => `Bearer ${key} prompt of ${who}`),
      ]),
    );
    for (const request of upstream.requests)
      expect(JSON.stringify(request.body)).not.toMatch(/sk-(ann|bob|server)/);
  }, 120_000);

  it('are sent only with the prompts of their owners to providers with their own API', async () => {
    const people = Object.entries(KEYS);
    for (const model of ['anthropic/claude-sonnet-5', 'gemini/gemini-3.6-flash']) {
      const calls = [...people, ...people, ...people].map(([who, key]) =>
        ask(`own-key/${model}`, `prompt of ${who}`, { api_key: key }),
      );
      const refused = [ask(`own-key/${model}`, 'prompt of nobody'), ask(model, 'prompt of nobody')];
      const responses = await Promise.all([...calls, ...refused]);
      expect(responses.map((each) => each.status)).toEqual([...Array(6).fill(401), 400, 400]);
      await Promise.all(responses.map((each) => each.text()));
    }
    // Without the guard LiteLLM sends these with a key it has seen: no group has that name, so it uses the provider's model.
    for (const group of ['groq/openai/gpt-oss-20b', 'mistral/mistral-small', 'anthropic/claude-sonnet-5']) {
      expect((await ask(group, 'prompt of nobody')).status).toBe(400);
    }
    expect(others).toHaveLength(12);
    for (const { key, body } of others) {
      const owner = people.find(([who]) => body.includes(`prompt of ${who}`));
      expect(key).toContain(owner?.[1]);
      expect(people.filter(([, each]) => key.includes(each))).toHaveLength(1);
    }
  });

  it('do not appear in the list of models, the metrics or the output', async () => {
    const get = async (path: string) =>
      (
        await fetch(`${litellm.baseUrl}${path}`, { headers: { authorization: `Bearer ${masterKey}` } })
      ).text();
    const metrics = await get('/metrics/');
    expect(metrics).toContain('litellm_');
    const everything = [metrics, await get('/model/info'), await get('/v1/models'), log.join('\n')].join(
      '\n',
    );
    for (const key of [SERVER_KEY, masterKey, ...Object.values(KEYS)]) expect(everything).not.toContain(key);
    expect(everything).not.toContain('prompt of');
  });
});

describe('a call', () => {
  it('streams what the provider sent, with its usage', async () => {
    const response = await ask('openai/gpt-4o', 'hi');
    expect(await answerOf(response)).toBe('one two three');
    const local = await (await ask('local/smollm2-precise', 'hi')).text();
    expect(local).toContain('"completion_tokens":3');
    const wanted = { model: 'smollm2', temperature: 0.1, ...LOCAL_SAMPLING };
    expect(upstream.requests.at(-1)?.body).toMatchObject(wanted);
  });

  it.each([500, 503, 429, 401])('that fails with %i goes upstream once', async (status) => {
    const before = upstream.requests.length;
    const response = await ask(`openai/scripted/error=${status}`, 'hi');
    expect(response.ok).toBe(false);
    expect(upstream.requests.length - before).toBe(1);
    // There is no cool-down: the next call goes upstream too.
    await ask(`openai/scripted/error=${status}`, 'hi');
    expect(upstream.requests.length - before).toBe(2);
    expect(log.join('\n')).not.toContain(SERVER_KEY);
  });

  it('is aborted upstream when its caller disconnects', async () => {
    const abort = new AbortController();
    const response = await fetch(`${litellm.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${masterKey}` },
      body: JSON.stringify({
        model: 'openai/scripted/stall=2&tokens=9',
        stream: true,
        messages: [{ role: 'user', content: 'hi' }],
      }),
      signal: abort.signal,
    });
    await response.body?.getReader().read();
    abort.abort();
    await upstream.requests.at(-1)?.clientGone;
  });

  it('without a key is refused', async () => {
    const before = upstream.requests.length;
    const response = await fetch(`${litellm.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
    });
    expect([response.ok, upstream.requests.length]).toEqual([false, before]);
  });
});

describe('the catalogue', () => {
  it('lists the local models, the server key models and the own-key models with prices', async () => {
    const models = await fetchCatalogue({
      baseUrl: litellm.baseUrl,
      apiKey: masterKey,
      signal: AbortSignal.timeout(20_000),
    });
    const byId = new Map(models.map((model) => [model.id, model]));
    expect(byId.size).toBe(models.length);
    expect(models.slice(0, 4).map((model) => model.name)).toEqual(
      expect.arrayContaining(['SmolLM2 · precise (temp 0.1)', 'SmolLM2 · creative (temp 1)']),
    );
    expect(byId.get('local/smollm2-teacher')).toMatchObject({ preset: { parameters: { temperature: 0.4 } } });
    const shown = {
      name: 'GPT-4o',
      inputUsdPerMillion: '2.5',
      outputUsdPerMillion: '10',
      contextTokens: 128_000,
    };
    expect(byId.get('openai/gpt-4o')).toMatchObject({ ...shown, serverKey: true });
    expect(byId.get('own-key/openai/gpt-4o')).toMatchObject({ ...shown, serverKey: false });
    // Which models are left depends on the day, so only one of them is named.
    expect(byId.get('openai/gpt-4o')?.cacheReadUsdPerMillion).toBe('1.25');
    const ofProvider = (provider: string) => models.filter((model) => model.provider === provider);
    for (const model of ofProvider('anthropic')) {
      expect(model).toMatchObject({
        cacheReadUsdPerMillion: expect.any(String),
        cacheWriteUsdPerMillion: expect.any(String),
      });
    }
    const gemini = ofProvider('gemini');
    expect(gemini.filter((model) => model.reasoningUsdPerMillion !== undefined)).not.toEqual([]);
    expect(gemini.flatMap((model) => model.longInputPrices ?? [])).toContainEqual({
      aboveInputTokens: 200_000,
      inputUsdPerMillion: '2.5',
      outputUsdPerMillion: '15',
      cacheReadUsdPerMillion: '0.25',
    });
    const providers = new Set(models.filter((model) => !model.serverKey).map((model) => model.provider));
    expect(providers.size).toBe(9);
    expect(models.filter((model) => model.serverKey && model.provider === 'anthropic')).toEqual([]);
  });
});
