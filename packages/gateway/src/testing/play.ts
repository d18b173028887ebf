import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChunkHead, errorBody, planAnswer, wholeAnswer } from './chunks.ts';
import type { AnswerEnd, Recording } from './recorded-request.ts';
import type { Script, ScriptedError } from './script.ts';

/** What an answer is written with. */
export interface Stage {
  response: ServerResponse;
  recording: Recording;
  /** Aborted when the client is gone or the gateway closes. */
  signal: AbortSignal;
}

/** Plays a script as the answer to one request; returns how it ended. Rejects only when the signal aborts. */
export async function playScript(stage: Stage, script: Script): Promise<AnswerEnd> {
  if (script.error) return sendError(stage, script.error);
  if (script.raw) return sendRaw(stage, script, script.raw);
  const head = headOf(stage.recording);
  const { body } = stage.recording;
  if (body.stream !== true) {
    await until(stage, script.firstTokenMs ?? 0);
    return sendJson(stage, { status: 200, body: wholeAnswer(script, head, body) });
  }
  const plan = planAnswer(script, head, body);
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

/** Answers with an HTTP error. */
export function sendError(stage: Stage, error: ScriptedError): Promise<AnswerEnd> {
  return sendJson(stage, { ...error, body: errorBody(error, stage.recording.authorization) });
}

/** Ends the connection with a TCP reset. */
export function sendReset(stage: Stage): AnswerEnd {
  stage.response.socket?.resetAndDestroy();
  return 'cut';
}

async function sendPieces(stage: Stage, script: Script, pieces: string[]): Promise<void> {
  let next = 0;
  while (next < pieces.length) {
    await until(stage, dueMs(script, next));
    // Everything that is due goes out in one write, so that a late timer catches up instead of drifting.
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

async function sendRaw(stage: Stage, script: Script, writes: Array<string | Uint8Array>): Promise<AnswerEnd> {
  openStream(stage);
  for (const [i, each] of writes.entries()) {
    await until(stage, dueMs(script, i));
    await write(stage, typeof each === 'string' ? Buffer.from(each) : Buffer.from(each));
    // Lets the bytes leave before the next ones, so that the client reads them apart.
    await sleep(RAW_GAP_MS, undefined, { signal: stage.signal });
  }
  return finish(stage, '');
}

async function cut(stage: Stage, script: Script, at: number): Promise<AnswerEnd> {
  if (script.stallAfterChunks === at) {
    stage.signal.throwIfAborted();
    await once(stage.signal, 'abort');
    stage.signal.throwIfAborted();
  }
  if (script.resetAfterChunks === at) {
    // A reset throws away what the client has not read yet; give it the chance to read.
    await sleep(20, undefined, { signal: stage.signal });
    return sendReset(stage);
  }
  await endResponse(stage);
  return 'cut';
}

async function finish(stage: Stage, tail: string): Promise<AnswerEnd> {
  if (tail !== '') await write(stage, Buffer.from(tail));
  await endResponse(stage);
  return 'complete';
}

async function sendJson(stage: Stage, answer: ScriptedError): Promise<AnswerEnd> {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  stage.recording.status = answer.status;
  stage.response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  await write(stage, Buffer.from(text));
  await endResponse(stage);
  return 'complete';
}

function openStream(stage: Stage): void {
  stage.recording.status = 200;
  stage.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
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
