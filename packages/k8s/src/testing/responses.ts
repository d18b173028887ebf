import type { ServerResponse } from 'node:http';

/** Writes a line of a watch. */
export function write(response: ServerResponse, { type, object }: { type: string; object: unknown }): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

export function send(
  response: ServerResponse,
  status: number,
  { body, headers }: { body: object; headers?: Record<string, string> | undefined },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** An error as the API server words it. */
export function notOk(response: ServerResponse, code: number, reason: string): void {
  send(response, code, { body: { kind: 'Status', code, reason, message: reason } });
}
