import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from './scripted-gateway.ts';

const open: ScriptedGateway[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});

async function start(options: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> {
  const gateway = await startScriptedGateway(options);
  open.push(gateway);
  return gateway;
}

const body = (model: string, stream = true) =>
  JSON.stringify({
    model,
    stream,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'hi' }],
  });

function ask(
  gateway: ScriptedGateway,
  model: string,
  { stream = true, signal }: { stream?: boolean; signal?: AbortSignal } = {},
) {
  return fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: body(model, stream),
    ...(signal ? { signal } : {}),
  });
}

/** The HTTP chunks of a reply as sent; fetch may join them. */
async function wireChunks(gateway: ScriptedGateway, model: string): Promise<Buffer[]> {
  const { host, port, hostname } = new URL(gateway.baseUrl);
  const socket = connect(Number(port), hostname);
  const text = body(model);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
  );
  let rest = await buffer(socket);
  rest = rest.subarray(rest.indexOf('\r\n\r\n') + 4);
  const parts: Buffer[] = [];
  while (rest.length > 0) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
    if (size > 0) parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 2 + size + 2);
  }
  return parts;
}

interface Chunk {
  choices: Array<{ delta: { content?: string; reasoning_content?: string }; finish_reason: string | null }>;
  usage?: { completion_tokens: number };
}

function events(body: string): string[] {
  return body.split('\n\n').flatMap((event) => (event === '' ? [] : [event.replace('data: ', '')]));
}

function chunks(body: string): Chunk[] {
  return events(body).flatMap((data) => (data === '[DONE]' ? [] : [JSON.parse(data) as Chunk]));
}

const textOf = (body: string) =>
  chunks(body)
    .map((each) => each.choices[0]?.delta.content ?? '')
    .join('');

describe('the reply', () => {
  it('is the scripted text byte for byte, and is recorded', async () => {
    const text = '  Grüße, 👩‍👩‍👧 and\n\n```ts\nlet a = 1;\n```\t\n';
    const gateway = await start({
      scripts: { m: { text, reasoning: 'let me see', tokensPerSecond: 2_000 } },
    });
    const received = Buffer.from(await (await ask(gateway, 'm')).arrayBuffer());
    const [request] = gateway.requests;
    expect(await request?.finished).toBe('complete');
    expect(request?.sentBytes()).toEqual(received);
    expect(request?.sentText()).toBe(text);
    expect(request?.sentReasoning()).toBe('let me see');
    expect(textOf(received.toString())).toBe(text);
    expect(request?.authorization).toBe('Bearer k');
    expect(request?.body.messages).toEqual([{ role: 'user', content: 'hi' }]);
  });

  it('ends with finish_reason, usage and [DONE] as scripted', async () => {
    const gateway = await start({
      scripts: {
        once: { chunks: ['a', 'b'] },
        twice: { text: 'a', usage: 'twice' },
        missing: { text: 'a', usage: 'missing', done: false, finishReason: 'length' },
        given: { text: 'a', usage: { prompt_tokens: 3, completion_tokens: 9 } },
      },
    });
    const read = async (model: string) => (await ask(gateway, model)).text();
    const usages = (text: string) => chunks(text).flatMap((each) => (each.usage ? [each.usage] : []));
    const first = await read('once');
    expect(events(first).at(-1)).toBe('[DONE]');
    expect(usages(first)).toEqual([expect.objectContaining({ completion_tokens: 2 })]);
    expect(usages(await read('twice'))).toHaveLength(2);
    expect(usages(await read('given'))).toEqual([{ prompt_tokens: 3, completion_tokens: 9 }]);
    const missing = await read('missing');
    expect(usages(missing)).toEqual([]);
    expect(events(missing)).not.toContain('[DONE]');
    expect(chunks(missing).at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  it('is one JSON completion without `stream`', async () => {
    const gateway = await start({ scripts: { m: { text: 'all at once' } } });
    const answer = (await (await ask(gateway, 'm', { stream: false })).json()) as {
      choices: Array<{ message: { content: string } }>;
    };
    expect(answer.choices[0]?.message.content).toBe('all at once');
    expect(gateway.requests[0]?.sentText()).toBe('all at once');
  });

  it('is written in exactly the raw pieces', async () => {
    const emoji = Buffer.from('data: {"choices":[{"delta":{"content":"👍"}}]}\n\n');
    const at = emoji.indexOf(0xf0) + 2;
    const gateway = await start({
      scripts: { m: { raw: [emoji.subarray(0, at), emoji.subarray(at), 'data: {oops\n\n'] } },
    });
    const parts = await wireChunks(gateway, 'm');
    expect(parts.map((part) => part.length)).toEqual([at, emoji.length - at, 13]);
    expect(Buffer.concat(parts)).toEqual(gateway.requests[0]?.sentBytes());
    expect(gateway.requests[0]?.sentText()).toBe('👍');
  });
});

describe('faults', () => {
  it('can be HTTP errors with headers, and a 401 repeats the key', async () => {
    const gateway = await start({
      scripts: {
        slow: { error: { status: 429, headers: { 'retry-after': '7' } } },
        no: { error: { status: 401 } },
      },
    });
    const slow = await ask(gateway, 'slow');
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await (await ask(gateway, 'no')).text()).toContain('provided: k.');
    expect((await ask(gateway, 'unknown')).status).toBe(404);
  });

  it('hit only the first calls with failFirst, and again after setScript', async () => {
    const script = { text: 'ok', failFirst: [{ status: 503 }, 'reset' as const] };
    const gateway = await start({ scripts: { m: script } });
    expect((await ask(gateway, 'm')).status).toBe(503);
    await expect(ask(gateway, 'm')).rejects.toThrow();
    expect(textOf(await (await ask(gateway, 'm')).text())).toBe('ok');
    gateway.setScript('m', script);
    expect((await ask(gateway, 'm')).status).toBe(503);
  });

  it('can cut the stream after some chunks by a reset, a clean end or silence', async () => {
    const gateway = await start({
      scripts: {
        reset: { text: 'a b c', resetAfterChunks: 2 },
        close: { text: 'a b c', closeAfterChunks: 2 },
        stall: { text: 'a b c', stallAfterChunks: 2 },
      },
    });
    await expect(ask(gateway, 'reset').then((response) => response.text())).rejects.toThrow();
    expect(gateway.requests[0]?.sentText()).toBe('a b');
    const closed = await (await ask(gateway, 'close')).text();
    expect([textOf(closed), chunks(closed).length]).toEqual(['a b', 2]);
    const abort = new AbortController();
    const stalled = await ask(gateway, 'stall', { signal: abort.signal });
    await stalled.body?.getReader().read();
    abort.abort();
    await gateway.requests[2]?.clientGone;
    expect(await gateway.requests[2]?.finished).toBe('client-gone');
  });

  it('include a gateway that goes down mid-answer and comes back on its port', async () => {
    const gateway = await start({ scripts: { m: { text: 'a b c', stallAfterChunks: 1 } } });
    const response = await ask(gateway, 'm');
    await gateway.stop();
    await expect(response.text()).rejects.toThrow();
    await expect(ask(gateway, 'm')).rejects.toThrow();
    await gateway.start();
    gateway.setScript('m', { text: 'back' });
    expect(textOf(await (await ask(gateway, 'm')).text())).toBe('back');
  });
});

describe('driving it', () => {
  it('takes the script from the model name', async () => {
    const gateway = await start();
    const answer = await (await ask(gateway, 'openai/scripted/ttft=30,tps=1000,tokens=25,think=3')).text();
    expect(textOf(answer).split(' ')).toHaveLength(25);
    expect(gateway.requests[0]?.sentReasoning().split(' ')).toHaveLength(3);
    expect(gateway.requests[0]?.firstChunkMs).toBeGreaterThanOrEqual(28);
    expect((await ask(gateway, 'scripted/error=429,retryafter=3')).headers.get('retry-after')).toBe('3');
    expect((await ask(gateway, 'scripted/nonsense=1')).status).toBe(500);
  });

  it('schedules every token from the start, so that a stream does not drift', async () => {
    const gateway = await start({
      scripts: { m: { chunks: Array<string>(200).fill('x'), tokensPerSecond: 1_000 } },
    });
    const startedAt = performance.now();
    await (await ask(gateway, 'm')).text();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(198);
  });

  it('requires its key and lists its models like LiteLLM', async () => {
    const gateway = await start({ apiKey: 'secret', scripts: { 'openai/m': { text: 'a' } } });
    const get = (path: string, key: string) =>
      fetch(`${gateway.baseUrl}${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect((await get('/model/info', 'wrong')).status).toBe(401);
    expect((await get('/health/liveliness', 'wrong')).status).toBe(200);
    expect(await (await get('/model/info', 'secret')).json()).toMatchObject({
      data: [{ model_name: 'openai/m', model_info: { mode: 'chat', litellm_provider: 'openai' } }],
    });
    expect(await (await get('/v1/models', 'secret')).json()).toMatchObject({ data: [{ id: 'openai/m' }] });
  });

  it('runs from the command line and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./cli.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [baseUrl] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect((await fetch(`${baseUrl}/health/liveliness`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
