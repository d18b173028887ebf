import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callServer } from './callback.ts';
import { post } from './http.ts';

const DATA = JSON.stringify({ result: { data: 'yes' } });
const REFUSAL = JSON.stringify({ error: { data: { appCode: 'run_claim_refused' } } });

/** Calls a server that sends these replies one after the other. Undefined: it sends none. */
async function call(replies: ([status: number, body: string] | undefined)[]) {
  const left = [...replies];
  const server = createServer((request, response) => {
    request.resume();
    const next = left.shift();
    if (next) response.writeHead(next[0]).end(next[1]);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reply = await callServer(
    'run.claim',
    {},
    {
      post,
      callbackUrl: `http://127.0.0.1:${port}`,
      retry: { baseMs: 5, capMs: 20 },
      random: Math.random,
      signal: AbortSignal.timeout(25_000),
    },
  );
  return { reply, left: left.length };
}

test('a call without a reply is given up and repeated', async () => {
  expect(await call([undefined, [200, DATA]])).toEqual({ reply: { type: 'data', data: 'yes' }, left: 0 });
});

test('a reply without a code of the server is tried again, whatever its status', async () => {
  const others = ['', '404 page not found', '{"error":"Not Found"}', '{"error":null}', '<html></html>', '[]'];
  const replies = others.flatMap((body): [number, string][] => [
    [404, body],
    [403, body],
    [200, body],
  ]);
  expect(await call([...replies, [200, DATA]])).toEqual({ reply: { type: 'data', data: 'yes' }, left: 0 });
});

test('a refusal with a code of the server is final', async () => {
  const { reply, left } = await call([
    [409, REFUSAL],
    [200, DATA],
  ]);
  expect(reply).toEqual({ type: 'refused', status: 409, appCode: 'run_claim_refused' });
  expect(left).toBe(1);
});
