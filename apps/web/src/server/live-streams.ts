/** Routes and instrumentation are separate module graphs: what they share hangs on globalThis. */
const KEY = Symbol.for('aideator.live-streams');

interface LiveStreams {
  closers: Set<() => void>;
  /** Set once this process is leaving. */
  isCut: boolean;
}

type Holder = typeof globalThis & { [KEY]?: LiveStreams };

function liveStreams(): LiveStreams {
  const holder: Holder = globalThis;
  holder[KEY] ??= { closers: new Set(), isCut: false };
  return holder[KEY];
}

/**
 * The same response, with a body that `cutLiveStreams` can end. An ended generator tells a viewer to stop; a cut body
 * makes it reconnect, here or at another replica, and go on where it was. After the cut a new stream is refused, which
 * sends its viewer elsewhere as well.
 */
export function cuttable(response: Response): Response {
  // Only a stream is read here: a body with a reader is locked for everybody else.
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response;
  const { closers, isCut } = liveStreams();
  if (isCut) {
    void response.body.cancel().catch(() => undefined);
    return new Response(null, { status: 503, headers: { connection: 'close' } });
  }
  const source = response.body.getReader();
  let cut = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      cut = () => {
        closers.delete(cut);
        controller.close();
        void source.cancel().catch(() => undefined);
      };
      closers.add(cut);
    },
    async pull(controller) {
      const { done, value } = await source.read();
      if (!closers.has(cut)) return;
      if (!done) controller.enqueue(value);
      else {
        closers.delete(cut);
        controller.close();
      }
    },
    async cancel(reason) {
      closers.delete(cut);
      await source.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

/** Ends every open event stream of this process, and refuses new ones from then on. */
export function cutLiveStreams(): void {
  const streams = liveStreams();
  streams.isCut = true;
  for (const cut of streams.closers) cut();
}
