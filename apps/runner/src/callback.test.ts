import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callServer } from './callback.ts';
import { post } from './http.ts';

const DATA = JSON.stringify({ result: { data: 'yes' } });
const REFUSAL = JSON.stringify({ error: { data: { appCode: 'run_claim_refused' } } });

/** Calls a server that gives these answers by turns; undefined: none at all. */
async function call(answers: ([status: number, body: string] | undefined)[]) {
  const left = [...answers];
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
  const answer = await callServer(
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
  return { answer, left: left.length };
}

test('a call that is never answered is given up and made again', async () => {
  expect(await call([undefined, [200, DATA]])).toEqual({ answer: { type: 'data', data: 'yes' }, left: 0 });
});

test('what is not the word of the server, whatever its status, is asked again', async () => {
  const others = ['', '404 page not found', '{"error":"Not Found"}', '{"error":null}', '<html></html>', '[]'];
  const answers = others.flatMap((body): [number, string][] => [
    [404, body],
    [403, body],
    [200, body],
  ]);
  expect(await call([...answers, [200, DATA]])).toEqual({ answer: { type: 'data', data: 'yes' }, left: 0 });
});

test('what the server refuses with a code of its own is asked once', async () => {
  const { answer, left } = await call([
    [409, REFUSAL],
    [200, DATA],
  ]);
  expect(answer).toEqual({ type: 'refused', status: 409, appCode: 'run_claim_refused' });
  expect(left).toBe(1);
});
