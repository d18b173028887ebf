import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface BufferingProxy {
  url: string;
  close(): Promise<void>;
}

/** A proxy that buffers every event stream until its end, as some proxies do by default. */
export async function startBufferingProxy(targetUrl: string): Promise<BufferingProxy> {
  const target = new URL(targetUrl);
  const server = createServer((incoming, outgoing) => forward(target, incoming, outgoing));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { origin } = incoming.headers;
  const headers = {
    ...incoming.headers,
    host: target.host,
    ...(origin !== undefined && { origin: target.origin }),
  };
  const { method } = incoming;
  const upstream = request(new URL(incoming.url ?? '/', target), { method, headers }, async (reply) => {
    try {
      const isStream = reply.headers['content-type']?.startsWith('text/event-stream');
      const held = isStream ? await buffer(reply) : undefined;
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      if (held) outgoing.end(held);
      else reply.pipe(outgoing);
    } catch {
      outgoing.destroy();
    }
  });
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
