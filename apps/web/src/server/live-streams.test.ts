import { expect, test } from 'vitest';
import { abortable, abortLiveStreams } from './live-streams.ts';

/** An event stream that counts how often it is read. */
function eventStream(): { response: Response; pulled: () => number; cancelled: () => boolean } {
  let count = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      count += 1;
      controller.enqueue(new TextEncoder().encode(`id: ${count}\n\n`));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  return { response, pulled: () => count, cancelled: () => isCancelled };
}

test('a stream that nobody reads from is not read ahead', async () => {
  const { response, pulled } = eventStream();
  const reader = abortable(response).body?.getReader();
  await reader?.read();
  await new Promise(setImmediate);
  expect(pulled()).toBeLessThan(5);
  await reader?.cancel();
});

test('the source is cancelled when the viewer leaves', async () => {
  const { response, cancelled } = eventStream();
  await abortable(response).body?.cancel();
  expect(cancelled()).toBe(true);
});

test('other responses pass unchanged, and a stream that ends by itself ends', async () => {
  const plain = Response.json({ a: 1 });
  expect(abortable(plain)).toBe(plain);
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  const short = abortable(new Response('data: x\n\n', { headers, status: 201 }));
  expect(short.status).toBe(201);
  expect(await short.text()).toBe('data: x\n\n');
});

// Must stay last: after it every stream is refused.
test('after the cut all open streams end and new ones are refused, so that viewers go elsewhere', async () => {
  const streams = [eventStream(), eventStream()];
  const readers = streams.map(({ response }) => abortable(response).body?.getReader());
  for (const reader of readers) expect((await reader?.read())?.done).toBe(false);
  abortLiveStreams();
  for (const reader of readers) {
    let last = await reader?.read();
    while (last?.done === false) last = await reader?.read();
    expect(last?.done).toBe(true);
  }
  await expect.poll(() => streams.every(({ cancelled }) => cancelled())).toBe(true);
  const late = eventStream();
  expect(abortable(late.response).status).toBe(503);
  await expect.poll(late.cancelled).toBe(true);
  const plain = Response.json({ ok: true });
  expect(abortable(plain)).toBe(plain);
});
