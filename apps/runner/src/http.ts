import type { IncomingMessage } from 'node:http';
import process from 'node:process';
import { decodeBody } from './decode.ts';

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export interface HttpReply {
  status: number;
  header(name: string): string | undefined;
  /** Decompressed. Rejects with the system's error when the connection breaks or the signal aborts. */
  body: AsyncIterable<Uint8Array>;
}

export type Post = (url: string, options: PostOptions) => Promise<HttpReply>;

/**
 * POST over Node's own client. Loading fetch takes longer than everything else here together, and fetch gives up after
 * 300 s of silence, whatever is configured. Follows no redirects, makes no retries, keeps no connection. Rejects with
 * the system's error.
 */
export const post: Post = async (url, { headers, body, signal }) => {
  // Importing node:http evaluates all its exports, one of which loads Node's fetch and takes 60 ms.
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const bytes = Buffer.from(body);
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json',
        // Some servers and proxies compress anyway.
        'accept-encoding': 'identity',
        ...headers,
        'content-length': bytes.length,
      },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(bytes);
  });
  // The reader of the body gets the error. Without a reader it must not end the process.
  message.on('error', () => {});
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: decodeBody(message, message.headers['content-encoding']),
  };
};
