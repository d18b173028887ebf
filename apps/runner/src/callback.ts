import { setTimeout as sleep } from 'node:timers/promises';
import type { Post } from './http.ts';
import { readTextUpTo } from './read-text.ts';
import { backoffMs, type RetryPolicy } from './retry.ts';

/** How a call ended. `unanswered`: the server could not be reached in time. */
export type CallbackReply =
  | { type: 'data'; data: unknown }
  | { type: 'refused'; status: number; appCode: string }
  | { type: 'unanswered'; detail: string };

export interface CallbackDeps {
  post: Post;
  callbackUrl: string;
  retry: RetryPolicy;
  random: () => number;
}

const TRY_MS_MAX = 10_000;
/** More than the longest session needs. */
const REPLY_BYTES_MAX = 64 * 1024 * 1024;

interface Envelope {
  result?: { data?: unknown };
  error?: { data?: { appCode?: unknown } };
}

function readEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

async function callOnce(
  procedure: string,
  body: string,
  call: CallbackDeps & { signal: AbortSignal },
): Promise<CallbackReply> {
  try {
    const response = await call.post(`${call.callbackUrl}/${procedure}`, {
      headers: {},
      body,
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(TRY_MS_MAX)]),
    });
    const { status } = response;
    const envelope = readEnvelope(await readTextUpTo(response, REPLY_BYTES_MAX));
    if (status === 200 && envelope?.result) return { type: 'data', data: envelope.result.data };
    const appCode = envelope?.error?.data?.appCode;
    const passing = status < 300 || status >= 500 || status === 408 || status === 429;
    return typeof appCode === 'string' && !passing
      ? { type: 'refused', status, appCode }
      : { type: 'unanswered', detail: `HTTP ${status}` };
  } catch {
    return { type: 'unanswered', detail: 'no connection' };
  }
}

/**
 * Calls a procedure of the server until it replies or the signal aborts, with back-off and full jitter between the tries.
 * Tries again after a failed connection, 5xx, 408 and 429, and after any reply without one of the server's codes: while a
 * Service is being set up, proxies and meshes send 404s of their own. Never throws.
 */
export async function callServer(
  procedure: string,
  input: unknown,
  call: CallbackDeps & { signal: AbortSignal },
): Promise<CallbackReply> {
  const body = JSON.stringify(input);
  let reply: CallbackReply = { type: 'unanswered', detail: 'not tried' };
  for (let failures = 0; !call.signal.aborted; ) {
    const next = await callOnce(procedure, body, call);
    // An abort says nothing about the server: keep what was known before.
    if (next.type !== 'unanswered' || !call.signal.aborted) reply = next;
    if (reply.type !== 'unanswered') break;
    failures += 1;
    await sleep(backoffMs(failures, call.retry, call.random), undefined, { signal: call.signal }).catch(
      () => {},
    );
  }
  return reply;
}
