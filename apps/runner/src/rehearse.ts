import { Writable } from 'node:stream';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { RunSpec } from '@aideator/contract/run-spec';
import { Emitter } from './emit.ts';
import type { HttpAnswer, Post } from './http.ts';
import { RUN_TIMES, run } from './run.ts';

const NAMES = { runId: 'rehearsal', attempt: 1 };

const SPEC: RunSpec = {
  v: PROTOCOL_VERSION,
  ...NAMES,
  turnId: 'rehearsal',
  responseId: 'rehearsal',
  model: 'rehearsal',
  messages: [{ role: 'user', content: 'rehearsal' }],
  parameters: {},
  gateway: { baseUrl: 'http://localhost' },
  limits: { timeoutSeconds: 60, idleTimeoutSeconds: 60, answerBytesMax: 1_000, attemptsMax: 1 },
};

const CHUNK = { model: 'rehearsal', choices: [{ delta: { content: 'word ' }, finish_reason: null }] };
const LAST = {
  choices: [{ delta: {}, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};
const STREAM = [...Array.from({ length: 8 }, () => JSON.stringify(CHUNK)), JSON.stringify(LAST), '[DONE]']
  .map((data) => `data: ${data}\n\n`)
  .join('');

function answerTo(url: string): string {
  if (url.endsWith('/run.claim')) return JSON.stringify({ result: { data: SPEC } });
  if (url.endsWith('/run.complete')) return JSON.stringify({ result: { data: { recorded: true } } });
  return STREAM;
}

/** Nothing leaves the process. */
const answered: Post = async (url): Promise<HttpAnswer> => ({
  status: 200,
  header: () => undefined,
  body: (async function* () {
    yield Buffer.from(answerTo(url));
  })(),
});

/**
 * Plays a whole made-up run, without a connection and without a line printed, then makes one real request whose answer
 * does not matter: a process that waits for its run has by then loaded and compiled what the first token will need.
 * Returns the exit code of the made-up run. Never throws.
 */
export async function rehearse(post: Post, callbackUrl: string | undefined): Promise<number> {
  const out = new Writable({ write: (_chunk, _encoding, done) => done() });
  const emitter = new Emitter({ out, ...NAMES });
  const code = await run({
    who: { ...NAMES, token: 'rehearsal', nonce: 'rehearsal' },
    emitter,
    post: answered,
    callbackUrl: 'http://localhost',
    random: Math.random,
    stop: new AbortController().signal,
    times: RUN_TIMES,
  });
  await emitter.close();
  if (callbackUrl !== undefined) await knock(post, callbackUrl);
  return code;
}

const KNOCK_MS_MAX = 2_000;

async function knock(post: Post, callbackUrl: string): Promise<void> {
  try {
    const signal = AbortSignal.timeout(KNOCK_MS_MAX);
    const { body } = await post(`${callbackUrl}/rehearsal`, { headers: {}, body: '{}', signal });
    for await (const _ of body);
  } catch {
    // Not up yet, or gone: what the request needs is loaded all the same.
  }
}
