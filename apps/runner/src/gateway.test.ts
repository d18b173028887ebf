import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@aideator/contract/ids';
import type { RunSpec } from '@aideator/contract/run-spec';
import { expect, onTestFinished, test } from 'vitest';
import { streamChat } from './gateway.ts';
import { post } from './http.ts';
import type { GatewayEvent } from './reply.ts';
import { newSpec } from './testing/callback-server.ts';

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}`;

/** The events of one call of a gateway that replies with this listener. */
async function eventsOf(listener: RequestListener, limits: Partial<RunSpec['limits']> = {}) {
  const server = createServer(listener);
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

test('a silent gateway ends the call at the limit, and its connection is closed', async () => {
  const left = Promise.withResolvers<void>();
  const events = await eventsOf((request) => request.socket.once('close', () => left.resolve()), {
    firstTokenTimeoutSeconds: 0.2,
  });
  expect(events).toEqual([
    { type: 'error', failure: { error: { code: 'first_token_timeout' }, retryable: false } },
  ]);
  await left.promise;
});

test('a last event without its blank line counts, also when it holds the finish reason', async () => {
  const events = await eventsOf((_, response) => response.end(`${chunk('All of it.', 'stop')}\n`));
  expect(events).toEqual([
    { type: 'text', text: 'All of it.' },
    { type: 'finish', reason: 'stop' },
  ]);
});

test('a connection that breaks is a failure only before the finish reason', async () => {
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

test('keep-alive comments do not extend the wait for the first token but count as life after it', async () => {
  const beating =
    (text: string): RequestListener =>
    (_, response) => {
      response.write(text);
      const timer = setInterval(() => response.write(': keep-alive\n\n'), 20);
      response.on('close', () => clearInterval(timer));
      if (text !== '') setTimeout(() => response.end(`${chunk(' Done.', 'stop')}\n\n`), 500);
    };
  const limits = { firstTokenTimeoutSeconds: 0.3, idleTimeoutSeconds: 0.3 };
  expect((await eventsOf(beating(''), limits)).at(-1)).toMatchObject({
    failure: { error: { code: 'first_token_timeout' } },
  });
  expect((await eventsOf(beating(`${chunk('Slow.')}\n\n`), limits)).at(-1)).toEqual({
    type: 'finish',
    reason: 'stop',
  });
});
