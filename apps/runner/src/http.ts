import type { IncomingMessage } from 'node:http';
import process from 'node:process';

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  header(name: string): string | undefined;
  /** Rejects with the system's error when the connection breaks or the signal aborts. */
  body: AsyncIterable<Uint8Array>;
}

export type Post = (url: string, options: PostOptions) => Promise<HttpAnswer>;

/**
 * POST over Node's own client in place of fetch, which takes longer to load than all else here together, and gives up
 * after 300 s of silence whatever is configured. No redirects, no retries, no connection kept. Rejects with the system's
 * error.
 */
export const post: Post = async (url, { headers, body, signal }) => {
  // An import of node:http reads all its exports, one of which loads Node's fetch: 60 ms that nobody needs.
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const bytes = Buffer.from(body);
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { 'content-type': 'application/json', ...headers, 'content-length': bytes.length },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(bytes);
  });
  // The reader of the body sees it; while nobody reads, it must not end the process.
  message.on('error', () => {});
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: message,
  };
};
