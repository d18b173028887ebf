import { expect, test } from 'vitest';
import { cutLiveStreams, cuttable } from './live-streams.ts';

/** An event stream that counts what is asked of it. */
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
  const reader = cuttable(response).body?.getReader();
  await reader?.read();
  await new Promise(setImmediate);
  expect(pulled()).toBeLessThan(5);
  await reader?.cancel();
});

test('a viewer that leaves lets the source go', async () => {
  const { response, cancelled } = eventStream();
  await cuttable(response).body?.cancel();
  expect(cancelled()).toBe(true);
});

test('whole answers stay as they are, and a stream that ends by itself ends', async () => {
  const plain = Response.json({ a: 1 });
  expect(cuttable(plain)).toBe(plain);
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  const short = cuttable(new Response('data: x\n\n', { headers, status: 201 }));
  expect(short.status).toBe(201);
  expect(await short.text()).toBe('data: x\n\n');
});

// The last one here: nothing is streamed after it.
test('the cut ends every stream that is open and refuses the next, so that viewers go elsewhere', async () => {
  const streams = [eventStream(), eventStream()];
  const readers = streams.map(({ response }) => cuttable(response).body?.getReader());
  for (const reader of readers) expect((await reader?.read())?.done).toBe(false);
  cutLiveStreams();
  for (const reader of readers) {
    let last = await reader?.read();
    while (last?.done === false) last = await reader?.read();
    expect(last?.done).toBe(true);
  }
  await expect.poll(() => streams.every(({ cancelled }) => cancelled())).toBe(true);
  const late = eventStream();
  expect(cuttable(late.response).status).toBe(503);
  await expect.poll(late.cancelled).toBe(true);
  const plain = Response.json({ ok: true });
  expect(cuttable(plain)).toBe(plain);
});
