import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that can reset its connections. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections are open. */
  readonly open: number;
  /** Resets all connections, as a network failure or a server restart does. Returns how many there were. */
  reset(): number;
}

export async function startTcpProxy(
  listen: { host: string },
  target: { host: string; port: number },
): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  const server: Server = createServer((client) => {
    const upstream = connect(target);
    const pair = { client, upstream };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', end).on('close', end);
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, listen.host);
  await once(server, 'listening');
  const reset = () => {
    const all = [...pairs];
    for (const { client, upstream } of all) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    return all.length;
  };
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size;
    },
    reset,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
}
