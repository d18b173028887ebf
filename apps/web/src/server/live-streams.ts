import 'server-only';

/** Routes and instrumentation are separate module graphs: what they share hangs on globalThis. */
const KEY = Symbol.for('aideator.live-streams');

type Holder = typeof globalThis & { [KEY]?: Set<() => void> };

function closers(): Set<() => void> {
  const holder: Holder = globalThis;
  holder[KEY] ??= new Set();
  return holder[KEY];
}

/**
 * The same response, with a body that `cutLiveStreams` can end. An ended generator tells a viewer to stop; a cut body
 * makes it reconnect, here or at another replica, and go on where it was.
 */
export function cuttable(response: Response): Response {
  // Only a stream is read here: a body with a reader is locked for everybody else.
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response;
  const source = response.body.getReader();
  let cut = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      cut = () => {
        closers().delete(cut);
        controller.close();
        void source.cancel().catch(() => undefined);
      };
      closers().add(cut);
    },
    async pull(controller) {
      const { done, value } = await source.read();
      if (!closers().has(cut)) return;
      if (!done) controller.enqueue(value);
      else {
        closers().delete(cut);
        controller.close();
      }
    },
    async cancel(reason) {
      closers().delete(cut);
      await source.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

/** Ends every open event stream of this process. */
export function cutLiveStreams(): void {
  for (const cut of closers()) cut();
}
