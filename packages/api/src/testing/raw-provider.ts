import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reply with status 200. */
export interface RawReply {
  writes: readonly string[];
  type?: string;
  /**
   * If set, the connection breaks before the body ends, once this settles. When a connection breaks, aiohttp drops what was
   * not read yet, so wait until the reply has been read.
   */
  cutAfter?: Promise<void>;
}

export interface RawProvider extends AsyncDisposable {
  readonly baseUrl: string;
  /** The reply to every request from now on. */
  setReply(reply: RawReply): void;
}

/** A provider of any protocol: it sends the same reply on each path. */
export async function startRawProvider(): Promise<RawProvider> {
  let reply: RawReply = { writes: [] };
  const server = createServer(async (request, response) => {
    request.resume();
    await once(request, 'end');
    response.writeHead(200, { 'content-type': reply.type ?? 'text/event-stream' });
    for (const write of reply.writes) await new Promise((sent) => response.write(write, sent));
    if (!reply.cutAfter) return response.end();
    await reply.cutAfter;
    response.socket?.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setReply: (next) => {
      reply = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
