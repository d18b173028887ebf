import { PassThrough, Readable, Writable } from 'node:stream';
import { REASONING_BYTES_MAX } from '@aideator/contract/limits';
import { expect, test } from 'vitest';
import { Emitter } from './emit.ts';
import { post } from './http.ts';
import { readRun } from './read-run.ts';
import { readTextUpTo } from './read-text.ts';
import { RUN_TIMES, run } from './run.ts';
import { only, openBench, runHere, TOKEN } from './testing/harness.ts';

test('reasoning over its size limit ends the run and is cut at the limit', async () => {
  await using bench = await openBench({ reasoning: 'thinking '.repeat(260_000), text: 'never' });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('answer_too_long');
  const handedOver = bench.callback.handOvers[0]?.result.reasoning ?? '';
  expect(Buffer.byteLength(handedOver)).toBe(REASONING_BYTES_MAX);
});

test('a slow reader of the lines slows the gateway down, so that the buffer stays bounded', async () => {
  const limits = {
    timeoutSeconds: 20,
    firstTokenTimeoutSeconds: 10,
    idleTimeoutSeconds: 10,
    answerBytesMax: 8_000_000,
    triesMax: 1,
  };
  await using bench = await openBench({ text: 'word '.repeat(600_000) }, { spec: { limits } });
  let most = 0;
  const out = new Writable({
    write(_, __, done) {
      most = Math.max(most, out.writableLength);
      setImmediate(done);
    },
  });
  const emitter = new Emitter({ out, ...bench.run });
  const code = await run({
    who: { ...bench.run, token: TOKEN, nonce: 'n'.repeat(64) },
    emitter,
    post,
    callbackUrl: bench.callback.url,
    random: Math.random,
    stop: new AbortController().signal,
    times: RUN_TIMES,
  });
  expect(code).toBe(0);
  expect(most).toBeLessThan(200_000);
});

test('no more of a body is read than the limit, not even the rest of a piece', async () => {
  let pieces = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; pieces < 1_000; pieces += 1) yield Buffer.from('x'.repeat(100));
  }
  const reply = { status: 500, header: () => undefined, body: endless() };
  expect(await readTextUpTo(reply, 250)).toBe('x'.repeat(250));
  expect(pieces).toBe(2);
});

test('an endless line on stdin is refused', async () => {
  const endless = new Readable({
    read() {
      setImmediate(() => this.push('x'.repeat(1_024)));
    },
  });
  await expect(readRun(endless)).rejects.toMatchObject({ code: 'run_protocol' });
  endless.destroy();
});

test('a run is read from a line in any pieces, and an empty stdin gives none', async () => {
  const stdin = new PassThrough();
  const reading = readRun(stdin);
  for (const piece of ['{"AIDEATOR_RUN', '_ID":"run_1"}', '\nrest']) stdin.write(piece);
  expect(await reading).toEqual({ AIDEATOR_RUN_ID: 'run_1' });
  expect(await readRun(Readable.from([]))).toBeUndefined();
  await expect(readRun(Readable.from(['no json\n']))).rejects.toMatchObject({ code: 'run_protocol' });
});
