import type { SignInId } from '@aideator/contract/ids';

/** Routes and instrumentation are separate module graphs, so they share the open streams on globalThis. */
const KEY = Symbol.for('aideator.live-streams');

/** The sign-in that a stream was opened with. */
export interface StreamOwner {
  signInId: SignInId;
  sessionVersion: number;
}

interface LiveStreams {
  /** For each open stream, the function that ends it and its owner. */
  closers: Map<() => void, StreamOwner | undefined>;
  /** Set once this process drains. */
  isCut: boolean;
}

type Holder = typeof globalThis & { [KEY]?: LiveStreams };

function liveStreams(): LiveStreams {
  const holder: Holder = globalThis;
  holder[KEY] ??= { closers: new Map(), isCut: false };
  return holder[KEY];
}

export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

/**
 * Returns the same response with a body that `abortLiveStreams` can end. When a generator ends, its viewer stops. When
 * the body is cut, the viewer reconnects, here or at another replica, and continues where it was. After the cut, new
 * streams are refused, so their viewers go elsewhere too.
 */
export function abortable(response: Response, owner?: StreamOwner): Response {
  // Read event streams only: a body with a reader is locked for everybody else.
  if (!response.body || !isEventStream(response)) return response;
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
      closers.set(cut, owner);
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

/** Ends every open event stream of this process. From then on new ones are refused. */
export function abortLiveStreams(): void {
  const streams = liveStreams();
  streams.isCut = true;
  for (const cut of streams.closers.keys()) cut();
}

/** The sign-ins with open event streams in this process. */
export function streamOwners(): StreamOwner[] {
  return [...liveStreams().closers.values()].filter((owner) => owner !== undefined);
}

/** Ends the event streams of sign-ins that are over. Their viewers reconnect and learn that they are signed out. */
export function abortStreamsOf(isOver: (owner: StreamOwner) => boolean): void {
  for (const [cut, owner] of liveStreams().closers) if (owner && isOver(owner)) cut();
}
