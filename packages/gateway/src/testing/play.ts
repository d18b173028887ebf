import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChunkHead, errorBody, planReply, wholeReply } from './chunks.ts';
import { createPacker } from './pack.ts';
import type { Recording, ReplyEnd } from './recorded-request.ts';
import type { Script, ScriptedError } from './script.ts';

/** The context in which a script is played. */
export interface Stage {
  response: ServerResponse;
  recording: Recording;
  /** Aborted when the client is gone or the gateway closes. */
  signal: AbortSignal;
}

/** Plays a script as the reply to one request. Returns how it ended; rejects only when the signal aborts. */
export async function playScript(stage: Stage, script: Script): Promise<ReplyEnd> {
  if (script.error) return sendError(stage, script.error);
  if (script.raw) return sendRaw(stage, script, script.raw);
  const head = headOf(stage.recording);
  const { body } = stage.recording;
  if (body.stream !== true) {
    await until(stage, script.firstTokenMs ?? 0);
    return sendJson(stage, { status: 200, body: wholeReply(script, head, body) });
  }
  const plan = planReply(script, head, body);
  openStream(stage);
  const cutAt = Math.min(
    script.stallAfterChunks ?? Number.POSITIVE_INFINITY,
    script.resetAfterChunks ?? Number.POSITIVE_INFINITY,
    script.closeAfterChunks ?? Number.POSITIVE_INFINITY,
  );
  await sendPieces(stage, script, plan.pieces.slice(0, cutAt));
  if (cutAt === Number.POSITIVE_INFINITY) return finish(stage, plan.tail);
  return cut(stage, script, cutAt);
}

/** Sends an HTTP error. */
export function sendError(stage: Stage, error: ScriptedError): Promise<ReplyEnd> {
  return sendJson(stage, { ...error, body: errorBody(error, stage.recording.authorization) });
}

/** Ends the connection with a TCP reset. */
export function sendReset(stage: Stage): ReplyEnd {
  stage.response.socket?.resetAndDestroy();
  return 'cut';
}

async function sendPieces(stage: Stage, script: Script, pieces: string[]): Promise<void> {
  let next = 0;
  while (next < pieces.length) {
    await until(stage, dueMs(script, next));
    // Send everything that is due in one write, so that a late timer catches up instead of drifting.
    const elapsed = performance.now() - stage.recording.startedAt;
    const from = next;
    next += 1;
    while (next < pieces.length && next - from < BURST && dueMs(script, next) <= elapsed) next += 1;
    await write(stage, Buffer.from(pieces.slice(from, next).join('')));
  }
  if (pieces.length === 0) await until(stage, script.firstTokenMs ?? 0);
}

const BURST = 64;
const RAW_GAP_MS = 5;

async function sendRaw(stage: Stage, script: Script, writes: NonNullable<Script['raw']>): Promise<ReplyEnd> {
  const { encoding } = script;
  const pack = createPacker(encoding);
  openStream(stage, {
    ...script.headers,
    ...(encoding && { 'content-encoding': encoding.replace('raw-', '') }),
  });
  for (const [i, each] of writes.entries()) {
    await until(stage, dueMs(script, i));
    if (typeof each === 'object' && 'wait' in each) {
      await sleep(each.wait, undefined, { signal: stage.signal });
      continue;
    }
    if (typeof each === 'object' && 'until' in each) {
      await Promise.race([each.until, once(stage.signal, 'abort')]);
      stage.signal.throwIfAborted();
      continue;
    }
    await write(stage, await pack.push(Buffer.from(each as string)));
    // Give the bytes time to leave, so that the client reads the writes separately.
    await sleep(RAW_GAP_MS, undefined, { signal: stage.signal });
  }
  const rest = await pack.end();
  if (rest.length > 0) await write(stage, rest);
  return finish(stage, '');
}

async function cut(stage: Stage, script: Script, at: number): Promise<ReplyEnd> {
  if (script.stallAfterChunks === at) {
    stage.signal.throwIfAborted();
    await once(stage.signal, 'abort');
    stage.signal.throwIfAborted();
  }
  if (script.resetAfterChunks === at) {
    // A reset discards what the client has not read yet: give it time to read.
    await sleep(20, undefined, { signal: stage.signal });
    return sendReset(stage);
  }
  await endResponse(stage);
  return 'cut';
}

async function finish(stage: Stage, tail: string): Promise<ReplyEnd> {
  if (tail !== '') await write(stage, Buffer.from(tail));
  await endResponse(stage);
  return 'complete';
}

async function sendJson(stage: Stage, reply: ScriptedError): Promise<ReplyEnd> {
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  stage.recording.status = reply.status;
  stage.response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  await write(stage, Buffer.from(text));
  await endResponse(stage);
  return 'complete';
}

function openStream(stage: Stage, headers: Record<string, string> = {}): void {
  stage.recording.status = 200;
  const { 'content-type': type = 'text/event-stream', ...others } = headers;
  stage.response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', ...others });
  stage.response.flushHeaders();
}

async function write(stage: Stage, bytes: Buffer): Promise<void> {
  stage.signal.throwIfAborted();
  stage.recording.firstChunkMs ??= performance.now() - stage.recording.startedAt;
  stage.recording.sent(bytes);
  if (!stage.response.write(bytes)) await once(stage.response, 'drain', { signal: stage.signal });
}

async function endResponse(stage: Stage): Promise<void> {
  const ended = once(stage.response, 'finish', { signal: stage.signal });
  stage.response.end();
  await ended;
}

async function until(stage: Stage, ms: number): Promise<void> {
  const left = stage.recording.startedAt + ms - performance.now();
  if (left > 0) await sleep(left, undefined, { signal: stage.signal });
}

function dueMs(script: Script, chunk: number): number {
  const { firstTokenMs = 0, tokensPerSecond } = script;
  return firstTokenMs + (tokensPerSecond === undefined ? 0 : (chunk * 1000) / tokensPerSecond);
}

function headOf(recording: Recording): ChunkHead {
  return {
    id: `chatcmpl-scripted-${recording.index}`,
    model: recording.model,
    created: Math.floor(recording.receivedAtMs / 1000),
  };
}
