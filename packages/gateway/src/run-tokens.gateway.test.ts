import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayConfigText } from './config.ts';
import { type Litellm, startLitellm } from './litellm.ts';
import { signRunToken } from './run-keys.ts';
import { installedGatewayHome } from './testing/gateway-home.ts';
import { type ScriptedGateway, startScriptedGateway } from './testing/scripted-gateway.ts';

const SERVER_KEY = 'sk-server-0000000000000000';
const OWN_KEY = 'sk-ann-1111111111111111';
const MODEL = 'openai/gpt-4o';
const OWN_MODEL = 'own-key/openai/gpt-4o';
const masterKey = `sk-${randomBytes(16).toString('hex')}`;
const tokenSecret = randomBytes(32).toString('base64url');
const log: string[] = [];

let upstream: ScriptedGateway;
let litellm: Litellm;

beforeAll(async () => {
  const dir = await installedGatewayHome();
  upstream = await startScriptedGateway({ fallback: { text: 'one two three' } });
  litellm = await startLitellm({
    dir,
    config: gatewayConfigText({
      serverKeys: ['openai', 'groq'],
      apiBases: { openai: `${upstream.baseUrl}/v1`, groq: `${upstream.baseUrl}/v1` },
    }),
    masterKey,
    tokenSecret,
    keys: { OPENAI_API_KEY: SERVER_KEY, GROQ_API_KEY: SERVER_KEY },
    env: process.env,
    signal: AbortSignal.timeout(180_000),
    log: (line) => log.push(line),
  });
}, 600_000);

afterAll(async () => {
  await litellm?.close();
  await upstream?.close();
});

const nowSeconds = () => Date.now() / 1000;

function tokenOf(model = MODEL, options: { secret?: string; now?: number } = {}): string {
  const grant = { runId: 'run_1', model, lifetimeSeconds: 60 };
  return signRunToken(options.secret ?? tokenSecret, grant, options.now ?? nowSeconds());
}

/** A token with a valid signature over any payload. */
function signed(payload: string): string {
  const text = `sk-run-${Buffer.from(payload).toString('base64url')}`;
  return text + createHmac('sha256', tokenSecret).update(text).digest('base64url');
}

interface Call {
  token?: string | undefined;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  rawBody?: string;
}

const BODY = {
  model: MODEL,
  messages: [{ role: 'user', content: 'hi' }],
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0.5,
  top_p: 0.9,
  max_tokens: 100,
};

async function call(given: Call = {}) {
  const { token = tokenOf(), path = '/v1/chat/completions', method = 'POST' } = given;
  const before = upstream.requests.length;
  const response = await fetch(`${litellm.baseUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...given.headers,
    },
    ...(method === 'GET' ? {} : { body: given.rawBody ?? JSON.stringify({ ...BODY, ...given.body }) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, text, wentUpstream: upstream.requests.length > before };
}

describe('a run with its token', () => {
  it('streams an answer of its model', async () => {
    const { status, text } = await call();
    expect(status).toBe(200);
    expect(text.match(/"content":"([^"]+)"/g)?.join('')).toContain('three');
    expect(text).toContain('[DONE]');
    expect(upstream.requests.at(-1)).toMatchObject({ authorization: `Bearer ${SERVER_KEY}` });
  });

  it('streams an answer of an own-key model with the key of its person', async () => {
    const body = { model: OWN_MODEL, api_key: OWN_KEY };
    expect(await call({ token: tokenOf(OWN_MODEL), body })).toMatchObject({ status: 200 });
    expect(upstream.requests.at(-1)).toMatchObject({ authorization: `Bearer ${OWN_KEY}` });
  });

  const OTHERS: readonly (readonly [string, Call])[] = [
    ['another model', { body: { model: 'openai/gpt-4o-mini' } }],
    ['another model by the query', { path: '/v1/chat/completions?model=openai/gpt-4o-mini' }],
    ['its model with a person’s key', { body: { model: OWN_MODEL, api_key: OWN_KEY } }],
    ['its model beside another one', { body: { model: `${MODEL},groq/llama` } }],
    ['its model in other letter case', { body: { model: MODEL.toUpperCase() } }],
    ['a list of models', { body: { model: [MODEL] } }],
    ['no model', { body: { model: undefined } }],
    ['a second model', { body: { models: ['openai/gpt-4o-mini'] } }],
    ['fallbacks', { body: { fallbacks: ['openai/gpt-4o-mini'] } }],
    ['fallbacks for long prompts', { body: { context_window_fallbacks: [{ [MODEL]: ['groq/llama'] }] } }],
    ['another server', { body: { api_base: 'http://127.0.0.1:9/v1' } }],
    ['another server by its other name', { body: { base_url: 'http://127.0.0.1:9/v1' } }],
    ['a key for a model of the server', { body: { api_key: OWN_KEY } }],
    ['a router of its own', { body: { user_config: { model_list: [] } } }],
    ['a deployment by its id', { body: { specific_deployment: true } }],
    ['a stored credential', { body: { litellm_credential_name: 'x' } }],
    ['metadata', { body: { metadata: { model_group: 'groq/llama' } } }],
    ['metadata of LiteLLM', { body: { litellm_metadata: { tags: ['x'] } } }],
    ['a body in the body', { body: { extra_body: { model: 'openai/gpt-4o-mini' } } }],
    ['a made-up answer', { body: { mock_response: 'x' } }],
    ['another provider', { body: { custom_llm_provider: 'groq' } }],
    ['tools', { body: { tools: [{ type: 'mcp', server_url: 'litellm_proxy' }] } }],
    ['guardrails', { body: { guardrails: [] } }],
    ['a user', { body: { user: 'somebody' } }],
    ['many answers', { body: { n: 100 } }],
    [
      'a file that the gateway would fetch',
      {
        body: {
          messages: [
            { role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1:9/' } }] },
          ],
        },
      },
    ],
    ['a message with more fields', { body: { messages: [{ role: 'user', content: 'x', tool_calls: [] }] } }],
    ['no messages', { body: { messages: {} } }],
    ['other stream options', { body: { stream_options: { chunk_size: 1 } } }],
    ['tags in a header', { headers: { 'x-litellm-tags': 'x' } }],
    ['retries in a header', { headers: { 'x-litellm-num-retries': '50' } }],
    ['the same as a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a list as the body', { rawBody: JSON.stringify([BODY]) }],
    ['half a body', { rawBody: JSON.stringify(BODY).slice(0, -1) }],
  ];
  it.each(OTHERS)('is refused with %s', async (_name, given) => {
    const { status, wentUpstream } = await call(given);
    // LiteLLM itself refuses some of them with a 500 before it calls our code.
    expect([400, 403, 500]).toContain(status);
    expect(wentUpstream).toBe(false);
  });

  it('cannot have a variable of the gateway sent as a person’s key', async () => {
    for (const name of ['OPENAI_API_KEY', 'LITELLM_MASTER_KEY', 'GATEWAY_TOKEN_SECRET']) {
      const body = { model: OWN_MODEL, api_key: `os.environ/${name}` };
      const { status, wentUpstream } = await call({ token: tokenOf(OWN_MODEL), body });
      expect([status, wentUpstream]).toEqual([400, false]);
    }
  });

  const GET_ROUTES = [
    '/model/info',
    '/v1/model/info',
    '/v2/model/info',
    '/v1/models',
    '/models',
    '/key/info',
    '/key/list',
    '/user/info',
    '/user/list',
    '/team/list',
    '/get/config/callbacks',
    '/config/yaml',
    '/router/settings',
    '/credentials',
    '/global/spend/logs',
    '/spend/logs',
    '/health',
    '/metrics/',
    '/metrics',
    '/cache/ping',
    '/mcp-rest/tools/list',
    '/openai/v1/models',
    '/anthropic/v1/models',
    '/v1/files',
    '/v1/batches',
  ];
  const POST_ROUTES = [
    '/chat/completions',
    '/engines/openai/gpt-4o/chat/completions',
    '/openai/deployments/openai/gpt-4o/chat/completions',
    '/v1/chat/completions/',
    '/v1/completions',
    '/v1/embeddings',
    '/v1/responses',
    '/v1/messages',
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1/moderations',
    '/v1beta/models/gpt-4o:generateContent',
    '/openai/v1/chat/completions',
    '/groq/v1/chat/completions',
    '/key/generate',
    '/key/update',
    '/user/new',
    '/team/new',
    '/model/new',
    '/model/update',
    '/config/update',
    '/credentials',
    '/cache/flushall',
    '/utils/transform_request',
    '/utils/token_counter',
    '/reload/model_cost_map',
  ];
  it.each([
    ...GET_ROUTES.map((path) => ['GET', path]),
    ...POST_ROUTES.map((path) => ['POST', path]),
  ] as const)('has no access to %s %s', async (method, path) => {
    const { status, text, wentUpstream } = await call({ method, path });
    expect([401, 403, 404, 405, 307]).toContain(status);
    expect(wentUpstream).toBe(false);
    expect(text).not.toContain('smollm2');
  });
});

describe('the gateway refuses', () => {
  const token = () => tokenOf();
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text.at(at) === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const cases: readonly (readonly [string, () => string])[] = [
    ['no key', () => ''],
    ['an unknown key', () => 'sk-1234'],
    ['an expired token', () => tokenOf(MODEL, { now: nowSeconds() - 3600 })],
    ['a token signed with another secret', () => tokenOf(MODEL, { secret: 'x'.repeat(40) })],
    ['a token without its signature', () => token().slice(0, -43)],
    ['a token with a cut signature', () => token().slice(0, -1)],
    ['a longer token', () => `${token()}A`],
    ['an altered payload', () => flip(token(), 20)],
    ['an altered signature', () => flip(token(), token().length - 5)],
    ['a token twice', () => token() + token()],
    ['a token in base64 that is not for URLs', () => `${token().slice(0, -1)}/`],
    ['another prefix', () => token().replace('sk-run-', 'sk-own-')],
    ['a payload without an expiry', () => signed(JSON.stringify({ model: MODEL, run: 'run_1' }))],
    ['an expiry that is not a number', () => signed(JSON.stringify({ exp: '9e9', model: MODEL, run: 'r' }))],
    ['an expiry that is true', () => signed(JSON.stringify({ exp: true, model: MODEL, run: 'r' }))],
    ['an expiry that is infinite', () => signed('{"exp":Infinity,"model":"openai/gpt-4o","run":"r"}')],
    ['an unknown field', () => signed(JSON.stringify({ exp: 9e9, model: MODEL, run: 'r', admin: 1 }))],
    ['a payload that is not an object', () => signed('[1]')],
    ['a payload that is not JSON', () => signed('{')],
    ['an endless token', () => signed(JSON.stringify({ exp: 9e9, model: 'm'.repeat(5_000), run: 'r' }))],
    ['the master key with one more character', () => `${masterKey}0`],
    ['the secret itself', () => tokenSecret],
  ];
  it.each(cases)('%s', async (_name, make) => {
    const { status, wentUpstream } = await call({ token: make() });
    expect([status, wentUpstream]).toEqual([401, false]);
  });

  it('accepts the same payload when it is valid', async () => {
    const payload = JSON.stringify({ exp: Math.ceil(nowSeconds() + 60), model: MODEL, run: 'r' });
    expect(await call({ token: signed(payload) })).toMatchObject({ status: 200 });
  });
});

describe('the master key', () => {
  it('reads the catalogue and the metrics, which name no run and no key', async () => {
    await call();
    await call({ token: tokenOf(MODEL, { now: nowSeconds() - 3600 }) });
    const read = (path: string) => call({ token: masterKey, method: 'GET', path });
    const info = await read('/model/info');
    const metrics = await read('/metrics/');
    expect([info.status, metrics.status]).toEqual([200, 200]);
    expect(metrics.text).toContain('aideator-run');
    const everything = [info.text, metrics.text, log.join('\n')].join('\n');
    for (const secret of [masterKey, tokenSecret, SERVER_KEY, OWN_KEY, 'sk-run-', 'run_1']) {
      expect(everything).not.toContain(secret);
    }
  });
});
