import { Writable } from 'node:stream';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { RunSpec } from '@aideator/contract/run-spec';
import { Emitter } from './emit.ts';
import type { HttpReply, Post } from './http.ts';
import { RUN_TIMES, run } from './run.ts';

const NAMES = { runId: 'run_warm-up', attempt: 1 } as const;

const SPEC: RunSpec = {
  v: PROTOCOL_VERSION,
  ...NAMES,
  turnId: 'trn_warm-up',
  responseId: 'rsp_warm-up',
  model: 'warm-up',
  messages: [{ role: 'user', content: 'warm-up' }],
  parameters: {},
  gateway: { baseUrl: 'http://localhost' },
  limits: {
    timeoutSeconds: 60,
    firstTokenTimeoutSeconds: 60,
    idleTimeoutSeconds: 60,
    answerBytesMax: 1_000,
    triesMax: 1,
  },
};

const CHUNK = { model: 'warm-up', choices: [{ delta: { content: 'word ' }, finish_reason: null }] };
const LAST = {
  choices: [{ delta: {}, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};
const STREAM = [...Array.from({ length: 8 }, () => JSON.stringify(CHUNK)), JSON.stringify(LAST), '[DONE]']
  .map((data) => `data: ${data}\n\n`)
  .join('');

function replyTo(url: string): string {
  if (url.endsWith('/run.claim')) return JSON.stringify({ result: { data: SPEC } });
  if (url.endsWith('/run.complete')) return JSON.stringify({ result: { data: { recorded: true } } });
  return STREAM;
}

/** Replies without a connection. */
const replyAtOnce: Post = async (url): Promise<HttpReply> => ({
  status: 200,
  header: () => undefined,
  body: (async function* () {
    yield Buffer.from(replyTo(url));
  })(),
});

/**
 * Warms this process up: executes a made-up run without a connection or printed lines, then makes one real request and
 * ignores its reply. This loads and compiles the code that the first token needs. Returns the exit code of the made-up run.
 * Never throws.
 */
export async function warmUp(post: Post, callbackUrl: string | undefined): Promise<number> {
  const out = new Writable({ write: (_chunk, _encoding, done) => done() });
  const emitter = new Emitter({ out, ...NAMES });
  const code = await run({
    who: { ...NAMES, token: 'warm-up', nonce: 'warm-up' },
    emitter,
    post: replyAtOnce,
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
    const { body } = await post(`${callbackUrl}/warm-up`, { headers: {}, body: '{}', signal });
    for await (const _ of body);
  } catch {
    // The server may be down, but the code of a request is loaded anyway.
  }
}
