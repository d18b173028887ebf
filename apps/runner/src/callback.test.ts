import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callServer } from './callback.ts';
import { post } from './http.ts';

test('a call that is never answered is given up and made again', async () => {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    if (calls > 1) response.end(JSON.stringify({ result: { data: calls } }));
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
  expect(answer).toEqual({ type: 'data', data: 2 });
});
