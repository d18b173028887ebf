import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { only, openBench, runHere, type Script, textOf, typesOf } from './testing/harness.ts';

const TEXT = 'One two three four five.';

test('claims with its token, calls the gateway as the spec says, and hands over what it streamed', async () => {
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

test('a provider key is sent for own-key models only', async () => {
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

test('an own-key model without a key fails before anything is sent', async () => {
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

test('a refused claim calls no gateway, hands nothing over and has its own exit code', async () => {
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

test('a claim without a reply is repeated with the same nonce', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimFails: [503, 500, 429] } });
  expect((await runHere(bench)).code).toBe(0);
  expect(new Set(bench.callback.claims.map((claim) => claim.nonce)).size).toBe(1);
  expect(bench.callback.claims).toHaveLength(4);
});

test('a claim that never gets a reply ends the run as not started', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 503 } });
  const { code, events } = await runHere(bench);
  expect(code).toBe(3);
  expect(only(events, 'failed').error.code).toBe('run_start_failed');
});

test('the terminal event is printed only after a retried hand-over is recorded', async () => {
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

test('the terminal event says whether the hand-over was recorded', async () => {
  for (const handOverStatus of [409, 503]) {
    await using bench = await openBench({ text: TEXT }, { callback: { handOverStatus } });
    const { code, events } = await runHere(bench);
    expect(code).toBe(0);
    expect(only(events, 'completed').recorded).toBe(false);
    if (handOverStatus === 409) expect(bench.callback.handOvers).toHaveLength(1);
  }
});

test('a hand-over counts as recorded only when the server says so', async () => {
  for (const handOverData of [{ recorded: false }, { recorded: 'true' }, 'recorded', []]) {
    await using bench = await openBench({ text: TEXT }, { callback: { handOverData } });
    const { events } = await runHere(bench);
    expect(only(events, 'completed').recorded).toBe(false);
  }
});

test('the first model name of the gateway is kept, and the first token is timed', async () => {
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

test('the first word is timed apart from the first thought, in thoughts of any form', async () => {
  const said = (delta: object, end?: 'stop') =>
    `data: ${JSON.stringify({ choices: [{ delta, finish_reason: end }] })}\n\n`;
  const pause = { wait: 60 };
  const forms: Record<string, NonNullable<Script['raw']>> = {
    'a field of their own': [said({ reasoning_content: 'Hm.' }), pause, said({ content: 'Yes.' })],
    'in tags': [said({ content: '<think>Hm.' }), pause, said({ content: '</think>\n\nYes.' })],
    'with only a closing tag': [said({ content: 'Hm.\n' }), pause, said({ content: '</think>\n\nYes.' })],
  };
  for (const [form, raw] of Object.entries(forms)) {
    await using bench = await openBench({ raw: [...raw, pause, said({ content: ' No.' }, 'stop')] });
    const { events } = await runHere(bench);
    const {
      firstTokenMs = Number.NaN,
      firstTextMs = Number.NaN,
      totalMs,
    } = only(events, 'completed').timings;
    expect(bench.callback.handOvers[0]?.result.text, form).toBe('Yes. No.');
    expect(firstTextMs - firstTokenMs, form).toBeGreaterThan(10);
    expect(totalMs - firstTextMs, form).toBeGreaterThan(10);
  }
});

test('an answer of thoughts alone has no time to the first word', async () => {
  await using bench = await openBench({ reasoning: 'Hm.', text: '' });
  const { events } = await runHere(bench);
  const { timings } = only(events, 'failed');
  expect(timings.firstTokenMs).toBeGreaterThan(0);
  expect(timings).not.toHaveProperty('firstTextMs');
});

test('after a 429 the run prints the reason and the time to wait, then retries', async () => {
  await using bench = await openBench({
    text: TEXT,
    failFirst: [{ status: 429, headers: { 'retry-after-ms': '30' } }],
  });
  const { code, events } = await runHere(bench);
  expect(code).toBe(0);
  expect(typesOf(events)).toBe('started waiting retrying delta usage completed');
  const waiting = only(events, 'waiting');
  expect(waiting.error.code).toBe('provider_rate_limited');
  expect(waiting.retryInMs).toBeGreaterThanOrEqual(30);
  expect(waiting.retryInMs).toBeLessThan(1_000);
  expect(Date.parse(waiting.retryAt ?? '')).toBeGreaterThanOrEqual(Date.parse(waiting.at) + 29);
  expect(only(events, 'started').firstTokenLimitMs).toBe(10_000);
  expect(only(events, 'retrying').firstTokenLimitMs).toBe(10_000);
});

test('errors before the first token are retried: 500, 503, reset', async () => {
  await using bench = await openBench({ text: TEXT, failFirst: [{ status: 500 }, { status: 503 }, 'reset'] });
  const { code, events } = await runHere(bench);
  expect(code).toBe(0);
  expect(textOf(events)).toBe(TEXT);
  expect(bench.gateway.requests).toHaveLength(4);
});

test('the number of tries is limited', async () => {
  await using bench = await openBench({ error: { status: 500 } });
  const { code, events } = await runHere(bench);
  expect(code).toBe(1);
  expect(only(events, 'failed')).toMatchObject({ error: { code: 'gateway_error' }, recorded: true });
  expect(bench.gateway.requests).toHaveLength(4);
});

test('a run fails at once when the requested wait would outlast it', async () => {
  await using bench = await openBench({ error: { status: 429, headers: { 'retry-after': '3600' } } });
  const { events } = await runHere(bench);
  expect(typesOf(events)).toBe('started failed');
  expect(only(events, 'failed').error.code).toBe('provider_rate_limited');
  expect(bench.gateway.requests).toHaveLength(1);
});

test('calls of a gateway that is down are retried, then it is reported as unreachable', async () => {
  await using bench = await openBench({ text: TEXT });
  await bench.gateway.stop();
  const { events } = await runHere(bench);
  expect(events.filter((event) => event.type === 'waiting')).toHaveLength(3);
  expect(only(events, 'failed').error).toEqual({ code: 'gateway_unreachable', detail: 'ECONNREFUSED' });
});

test('a gateway that comes back during the wait is used', async () => {
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

test('nothing is retried after the first token, and the text is kept', async () => {
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

test('a first token that is held back also ends the retries', async () => {
  await using bench = await openBench({ chunks: ['\ud83d', '\ude00'], resetAfterChunks: 1 });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('stream_broken');
  expect(textOf(events)).toBe('\ufffd');
  expect(bench.gateway.requests).toHaveLength(1);
});

test('a redirect is not followed, since the request holds a key', async () => {
  await using other = await openBench({ text: TEXT });
  await using bench = await openBench({
    error: { status: 307, headers: { location: `${other.gateway.baseUrl}/v1/chat/completions` } },
  });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error.code).toBe('gateway_rejected');
  expect(other.gateway.requests).toHaveLength(0);
});

test('the first token and the silence after it have limits of their own', async () => {
  const limits = { timeoutSeconds: 20, answerBytesMax: 1000, triesMax: 3 };
  for (const [stallAfterChunks, text, code, times] of [
    [0, '', 'first_token_timeout', { firstTokenTimeoutSeconds: 0.3, idleTimeoutSeconds: 20 }],
    [2, 'One two', 'idle_timeout', { firstTokenTimeoutSeconds: 20, idleTimeoutSeconds: 0.3 }],
  ] as const) {
    await using bench = await openBench(
      { text: TEXT, stallAfterChunks },
      { spec: { limits: { ...limits, ...times } } },
    );
    const { events } = await runHere(bench);
    expect(only(events, 'failed').error).toEqual({ code });
    expect(textOf(events)).toBe(text);
    await bench.gateway.requests[0]?.clientGone;
    expect(bench.gateway.requests).toHaveLength(1);
  }
});

test('the first token may take longer than a later silence', async () => {
  const limits = { timeoutSeconds: 20, answerBytesMax: 1000, triesMax: 3 };
  const times = { firstTokenTimeoutSeconds: 10, idleTimeoutSeconds: 0.2 };
  await using bench = await openBench(
    { text: 'Late but whole.', firstTokenMs: 500 },
    { spec: { limits: { ...limits, ...times } } },
  );
  const { code, events } = await runHere(bench);
  expect(code).toBe(0);
  expect(textOf(events)).toBe('Late but whole.');
});

test('a run over its time limit ends with the text that arrived', async () => {
  const limits = {
    firstTokenTimeoutSeconds: 20,
    idleTimeoutSeconds: 20,
    timeoutSeconds: 0.4,
    answerBytesMax: 1000,
    triesMax: 3,
  };
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 }, { spec: { limits } });
  const { events } = await runHere(bench);
  expect(only(events, 'failed').error).toEqual({ code: 'run_timeout' });
  expect(textOf(events)).toBe('One two');
});

test('an answer over its size limit is cut and kept, and the gateway call is aborted', async () => {
  const limits = {
    firstTokenTimeoutSeconds: 20,
    idleTimeoutSeconds: 20,
    timeoutSeconds: 20,
    answerBytesMax: 10,
    triesMax: 3,
  };
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

test('a stop signal mid-answer aborts the call and hands over the text so far', async () => {
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

test('a stop signal ends the wait for a retry', async () => {
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

test('a stop signal during the claim ends the run as cancelled', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 503 } });
  const { code, events } = await runHere(bench, { stop: AbortSignal.timeout(100) });
  expect(code).toBe(2);
  expect(typesOf(events)).toBe('cancelled');
  expect(bench.callback.handOvers[0]?.result).toMatchObject({ outcome: { status: 'cancelled' }, text: '' });
});

test('a stop signal during the hand-over keeps a whole answer and shortens the wait', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { handOverStatus: 503 } });
  const stop = new AbortController();
  void bench.callback.handOverTried.then(() => stop.abort());
  const { code, events } = await runHere(bench, { stop: stop.signal });
  expect(code).toBe(0);
  expect(only(events, 'completed').recorded).toBe(false);
});

test('keys that a provider repeats in its error are not printed or handed over', async () => {
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
