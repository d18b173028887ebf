import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { only, openBench, runHere, textOf, typesOf } from './testing/harness.ts';

const TEXT = 'One two three four five.';

test('claims with the token, asks as the spec says, and hands over what was streamed', async () => {
  await using bench = await openBench(
    { text: TEXT },
    { spec: { parameters: { temperature: 0.2, topP: 0.9, maxOutputTokens: 50 } } },
  );
  const stop = new AbortController();
  const { code, events } = await runHere(bench, { stop: stop.signal });
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  expect(code).toBe(0);
  expect(typesOf(events)).toBe('started delta usage completed');
  expect(bench.callback.claims).toEqual([
    { v: 1, ...bench.run, token: expect.any(String), nonce: 'n'.repeat(64) },
  ]);
  const request = bench.gateway.requests[0];
  expect(request?.body).toEqual({
    model: 'test/model',
    messages: [{ role: 'user', content: 'Say something.' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.2,
    top_p: 0.9,
    max_tokens: 50,
  });
  expect(request?.authorization).toBe('Bearer sk-gateway-key-1234');
  expect(bench.callback.handOvers).toHaveLength(1);
  expect(bench.callback.handOvers[0]).toMatchObject({
    ...bench.run,
    nonce: 'n'.repeat(64),
    result: { outcome: { status: 'completed', finishReason: 'stop' }, text: request?.sentText() },
  });
  expect(textOf(events)).toBe(TEXT);
});

test('a provider key goes with own-key models and with no other', async () => {
  const key = 'sk-person-key-0123456789';
  for (const [model, expected] of [
    ['own-key/openai/gpt', key],
    ['openai/gpt', undefined],
    ['x/own-key/gpt', undefined],
  ]) {
    await using bench = await openBench({ text: TEXT }, { spec: { model: model ?? '', providerKey: key } });
    await runHere(bench);
    expect(bench.gateway.requests[0]?.body.api_key).toBe(expected);
    expect('api_key' in (bench.gateway.requests[0]?.body ?? {})).toBe(expected !== undefined);
  }
});

test('an own-key model without a key is refused before anything is sent', async () => {
  for (const providerKey of [undefined, '']) {
    await using bench = await openBench(
      { text: TEXT },
      { spec: { model: 'own-key/openai/gpt', ...(providerKey === undefined ? {} : { providerKey }) } },
    );
    const { code, events } = await runHere(bench);
    expect(code).toBe(1);
    expect(only(events, 'failed').error.code).toBe('provider_auth');
    expect(bench.gateway.requests).toHaveLength(0);
  }
});

test('a refused claim ends without asking, without a hand-over, with its own exit code', async () => {
  for (const [appCode, expected] of [
    ['run_claim_refused', 'run_claim_refused'],
    ['unauthorized', 'run_claim_refused'],
    ['run_protocol', 'run_protocol'],
  ] as const) {
    await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 409, appCode } });
    const { code, events } = await runHere(bench);
    expect(code).toBe(3);
    expect(typesOf(events)).toBe('failed');
    expect(only(events, 'failed')).toMatchObject({ error: { code: expected }, recorded: false });
    expect(bench.callback.claims).toHaveLength(1);
    expect(bench.callback.handOvers).toHaveLength(0);
    expect(bench.gateway.requests).toHaveLength(0);
  }
});

test('a spec of another version is refused', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { spec: { v: 2 } } });
  const { code, events } = await runHere(bench);
  expect(code).toBe(3);
  expect(only(events, 'failed').error.code).toBe('run_protocol');
});

test('a claim that the server could not answer is repeated with the same nonce', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimFails: [503, 500, 429] } });
  expect((await runHere(bench)).code).toBe(0);
  expect(new Set(bench.callback.claims.map((claim) => claim.nonce)).size).toBe(1);
  expect(bench.callback.claims).toHaveLength(4);
});

test('a server that never answers the claim ends the run as not started', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 503 } });
  const { code, events } = await runHere(bench);
  expect(code).toBe(3);
  expect(only(events, 'failed').error.code).toBe('run_start_failed');
});

test('a hand-over refused twice is repeated until it is recorded, and only then the last line comes', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { handOverFails: [503, 429] } });
  const seen: number[] = [];
  const { code, events } = await runHere(bench, {
    onEvent: (event) => event.type === 'completed' && seen.push(bench.callback.handOvers.length),
  });
  expect(code).toBe(0);
  expect(seen).toEqual([3]);
  expect(only(events, 'completed').recorded).toBe(true);
  expect(new Set(bench.callback.handOvers.map((each) => JSON.stringify(each))).size).toBe(1);
});

test('a hand-over that is not taken is said, and the result stands', async () => {
  for (const handOverStatus of [409, 503]) {
    await using bench = await openBench({ text: TEXT }, { callback: { handOverStatus } });
    const { code, events } = await runHere(bench);
    expect(code).toBe(0);
    expect(only(events, 'completed').recorded).toBe(false);
    if (handOverStatus === 409) expect(bench.callback.handOvers).toHaveLength(1);
  }
});

test('a hand-over is recorded when the server says so, and by no other answer', async () => {
  for (const handOverData of [{ recorded: false }, { recorded: 'true' }, 'recorded', []]) {
    await using bench = await openBench({ text: TEXT }, { callback: { handOverData } });
    const { events } = await runHere(bench);
    expect(only(events, 'completed').recorded).toBe(false);
  }
});

test('the model that is named is the first that the gateway named, and the first token is timed', async () => {
  const named = (model: string, content: string) =>
    `data: ${JSON.stringify({ model, choices: [{ delta: { content }, finish_reason: 'stop' }] })}\n\n`;
  await using bench = await openBench({
    raw: ['one', 'two', 'three', 'four', 'five', 'six'].map((each) => named(each, each)),
  });
  const { events } = await runHere(bench);
  const result = bench.callback.handOvers[0]?.result;
  expect(result?.answeredBy).toBe('one');
  // The pieces are sent some milliseconds apart.
  const { timings } = only(events, 'completed');
  expect(timings.totalMs - (timings.firstTokenMs ?? Number.NaN)).toBeGreaterThan(20);
});

test('429 is waited for and shown, with the reason and the time', async () => {
  await using bench = await openBench({
    text: TEXT,
    failFirst: [{ status: 429, headers: { 'retry-after-ms': '30' } }],
  });
  const { code, events } = await runHere(bench);
  expect(code).toBe(0);
  expect(typesOf(events)).toBe('started waiting delta usage completed');
  const waiting = only(events, 'waiting');
  expect(waiting.error.code).toBe('provider_rate_limited');
  expect(Date.parse(waiting.retryAt)).toBeGreaterThanOrEqual(Date.parse(waiting.at) + 29);
});

test('errors before the first token are tried again: 500, 503, reset', async () => {
  await using bench = await openBench({ text: TEXT, failFirst: [{ status: 500 }, { status: 503 }, 'reset'] });
  const { code, events } = await runHere(bench);
  expect(code).toBe(0);
  expect(textOf(events)).toBe(TEXT);
  expect(bench.gateway.requests).toHaveLength(4);
});

test('tries are limited', async () => {
  await using bench = await openBench({ error: { status: 500 } });
  const { code, events } = await runHere(bench);
  expect(code).toBe(1);
  expect(only(events, 'failed')).toMatchObject({ error: { code: 'gateway_error' }, recorded: true });
  expect(bench.gateway.requests).toHaveLength(4);
});

test('a limit that outlasts the run is not waited for', async () => {
  await using bench = await openBench({ error: { status: 429, headers: { 'retry-after': '3600' } } });
  const { events } = await runHere(bench);
  expect(typesOf(events)).toBe('started failed');
  expect(only(events, 'failed').error.code).toBe('provider_rate_limited');
  expect(bench.gateway.requests).toHaveLength(1);
});

test('a gateway that is down is tried again and then named', async () => {
  await using bench = await openBench({ text: TEXT });
  await bench.gateway.stop();
  const { events } = await runHere(bench);
  expect(events.filter((event) => event.type === 'waiting')).toHaveLength(3);
  expect(only(events, 'failed').error).toEqual({ code: 'gateway_unreachable', detail: 'ECONNREFUSED' });
});

test('a gateway that comes back while it is waited for answers', async () => {
  await using bench = await openBench({ text: TEXT });
  await bench.gateway.stop();
  let starting: Promise<void> | undefined;
  const { code, events } = await runHere(bench, {
    onEvent: (event) => {
      if (event.type === 'waiting') starting ??= bench.gateway.start();
    },
  });
  await starting;
  expect(code).toBe(0);
  expect(textOf(events)).toBe(TEXT);
});

test('after the first token nothing is tried again, and what arrived is kept', async () => {
  for (const script of [{ resetAfterChunks: 3 }, { closeAfterChunks: 3 }]) {
    await using bench = await openBench({ text: TEXT, ...script });
    const { code, events } = await runHere(bench);
    expect(code).toBe(1);
    expect(only(events, 'failed').error.code).toBe('stream_broken');
    expect(textOf(events)).toBe('One two three');
    expect(bench.callback.handOvers[0]?.result).toMatchObject({
      text: 'One two three',
      usage: { outputTokens: 4, estimated: true },
    });
    expect(bench.gateway.requests).toHaveLength(1);
  }
});

test('a first token that is held back is one: nothing is tried again', async () => {
  await using bench = await openBench({ chunks: ['\ud83d', '\ude00'], resetAfterChunks: 1 });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('stream_broken');
  expect(textOf(events)).toBe('\ufffd');
  expect(bench.gateway.requests).toHaveLength(1);
});

test('a redirect is not followed: the request holds a key', async () => {
  await using other = await openBench({ text: TEXT });
  await using bench = await openBench({
    error: { status: 307, headers: { location: `${other.gateway.baseUrl}/v1/chat/completions` } },
  });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('gateway_rejected');
  expect(other.gateway.requests).toHaveLength(0);
});

test('silence ends the run as idle, before the first token and after it', async () => {
  for (const [stallAfterChunks, text] of [
    [0, ''],
    [2, 'One two'],
  ] as const) {
    await using bench = await openBench(
      { text: TEXT, stallAfterChunks },
      {
        spec: {
          limits: { idleTimeoutSeconds: 0.3, timeoutSeconds: 20, answerBytesMax: 1000, attemptsMax: 3 },
        },
      },
    );
    const { events } = await runHere(bench);
    expect(only(events, 'failed').error).toEqual({ code: 'idle_timeout' });
    expect(textOf(events)).toBe(text);
    await bench.gateway.requests[0]?.clientGone;
    expect(bench.gateway.requests).toHaveLength(1);
  }
});

test('a run over its time ends, with what arrived, also while it waits for a retry', async () => {
  const limits = { idleTimeoutSeconds: 20, timeoutSeconds: 0.4, answerBytesMax: 1000, attemptsMax: 3 };
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 }, { spec: { limits } });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error).toEqual({ code: 'run_timeout' });
  expect(textOf(events)).toBe('One two');
});

test('an answer over its size is cut there, kept, and the gateway is told to stop', async () => {
  const limits = { idleTimeoutSeconds: 20, timeoutSeconds: 20, answerBytesMax: 10, attemptsMax: 3 };
  await using bench = await openBench(
    { chunks: ['12345678', '9😀', 'more'], stallAfterChunks: 3 },
    { spec: { limits } },
  );
  const { code, events } = await runHere(bench);
  expect(code).toBe(1);
  expect(only(events, 'failed').error.code).toBe('answer_too_long');
  expect(textOf(events)).toBe('123456789');
  expect(bench.callback.handOvers[0]?.result.text).toBe('123456789');
  await bench.gateway.requests[0]?.clientGone;
});

test('a stop mid-answer ends the call at once and hands over what there is', async () => {
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 });
  const stop = new AbortController();
  const { code, events } = await runHere(bench, {
    stop: stop.signal,
    onEvent: (event) => event.type === 'delta' && stop.abort(),
  });
  expect(code).toBe(2);
  await bench.gateway.requests[0]?.clientGone;
  expect(only(events, 'cancelled').recorded).toBe(true);
  const result = bench.callback.handOvers[0]?.result;
  expect(result).toMatchObject({ outcome: { status: 'cancelled' }, usage: { estimated: true } });
  expect(result?.text).toBe(textOf(events));
  expect(result?.text).not.toBe('');
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
});

test('a stop while waiting for a retry ends the wait', async () => {
  await using bench = await openBench({ error: { status: 429, headers: { 'retry-after': '15' } } });
  const stop = new AbortController();
  const { code, events } = await runHere(bench, {
    stop: stop.signal,
    onEvent: (event) => event.type === 'waiting' && stop.abort(),
  });
  expect(code).toBe(2);
  expect(typesOf(events)).toBe('started waiting cancelled');
  expect(only(events, 'cancelled').recorded).toBe(true);
  expect(bench.gateway.requests).toHaveLength(1);
});

test('a stop while claiming ends the run as cancelled', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 503 } });
  const { code, events } = await runHere(bench, { stop: AbortSignal.timeout(100) });
  expect(code).toBe(2);
  expect(typesOf(events)).toBe('cancelled');
  expect(bench.callback.handOvers[0]?.result).toMatchObject({ outcome: { status: 'cancelled' }, text: '' });
});

test('a stop while handing over leaves a whole answer what it is, and does not wait for long', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { handOverStatus: 503 } });
  const stop = new AbortController();
  void bench.callback.handOverTried.then(() => stop.abort());
  const { code, events } = await runHere(bench, { stop: stop.signal });
  expect(code).toBe(0);
  expect(only(events, 'completed').recorded).toBe(false);
});

test('keys that a provider repeats in its error are nowhere', async () => {
  const person = 'sk-person-0123456789abcdefghijklmnop';
  const gatewayKey = 'sk-gateway-key-1234567890-abcdefghij';
  await using bench = await openBench(
    (request) => ({
      error: {
        status: 401,
        body: {
          error: { message: `Incorrect API key provided: ${request.body.api_key}; ${request.authorization}` },
        },
      },
    }),
    { spec: { model: 'own-key/openai/gpt', providerKey: person } },
  );
  const { events } = await runHere(bench);
  const everything = JSON.stringify([events, bench.callback.handOvers.map((each) => each.result)]);
  expect(everything).not.toContain(person.slice(0, 12));
  expect(everything).not.toContain(person.slice(-8));
  expect(everything).not.toContain(gatewayKey.slice(0, 14));
  expect(only(events, 'failed').error).toEqual({
    code: 'provider_auth',
    detail: 'Incorrect API key provided: [key …mnop]; Bearer [key]',
  });
});
