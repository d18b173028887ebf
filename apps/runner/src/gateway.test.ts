import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@aideator/contract/ids';
import { expect, onTestFinished, test } from 'vitest';
import { type GatewayEvent, streamChat } from './gateway.ts';
import { post } from './http.ts';
import { newSpec } from './testing/callback-server.ts';

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}`;

/** What a call of a gateway that answers in this way comes to. */
async function eventsOf(answer: RequestListener, limits: { idleTimeoutSeconds?: number } = {}) {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spec = newSpec({ runId: newId('run'), attempt: 1 }, { model: 'm', gateway: { baseUrl } });
  Object.assign(spec.limits, limits);
  const events: GatewayEvent[] = [];
  for await (const event of streamChat(spec, { post, signal: new AbortController().signal }))
    events.push(event);
  return events;
}

test('a gateway that takes the request and says nothing at all ends the call as idle, and is left', async () => {
  const left = Promise.withResolvers<void>();
  const events = await eventsOf((request) => request.socket.once('close', () => left.resolve()), {
    idleTimeoutSeconds: 0.2,
  });
  expect(events).toEqual([{ type: 'error', failure: { error: { code: 'idle_timeout' }, retryable: false } }]);
  await left.promise;
});

test('a last event that no blank line closes counts, also when it is the one with the finish reason', async () => {
  const events = await eventsOf((_, response) => response.end(`${chunk('All of it.', 'stop')}\n`));
  expect(events).toEqual([
    { type: 'text', text: 'All of it.' },
    { type: 'finish', reason: 'stop' },
  ]);
});

test('a connection that breaks takes nothing away once the finish reason came, and all before it', async () => {
  const breakAfter =
    (text: string): RequestListener =>
    (_, response) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(`${text}\n\n`, () => response.socket?.end());
    };
  expect((await eventsOf(breakAfter(chunk('Whole.', 'length')))).at(-1)).toEqual({
    type: 'finish',
    reason: 'length',
  });
  expect((await eventsOf(breakAfter(chunk('Half')))).at(-1)).toMatchObject({
    type: 'error',
    failure: { error: { code: 'stream_broken' } },
  });
});
