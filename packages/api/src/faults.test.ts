import { randomUUID } from 'node:crypto';
import { recordResult } from '@aideator/db/queries/results';
import { listCurrentRuns, markInterrupted } from '@aideator/db/queries/runs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { compare, responseIdAt, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
}
afterEach(() => harness[Symbol.asyncDispose]());

const SLOW = { text: 'one two three four five six seven eight nine ten '.repeat(4), tokensPerSecond: 40 };

describe('a gateway that fails', () => {
  test('is down at submit: the response fails with the reason, and a retry succeeds once it is back', async () => {
    await start({ run: { triesMax: 1 } });
    harness.gateway.setScript('a', { text: 'here again' });
    await harness.gateway.stop();
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'gateway_unreachable' } });
    await harness.gateway.start();
    const retried = await ann.call.response.retry({ responseId: viewer.state(0).responseId });
    expect(retried.active).toBe(true);
    const again = await watch(harness, ann, { turnId: turn.id });
    expect(again.state(0)).toMatchObject({ status: 'completed', text: 'here again', attempt: 2 });
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'completed', text: 'here again' });
  });

  test('goes down mid-answer: the text so far is kept, for viewers and in the database', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    let stopped = false;
    const viewer = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if (stopped || (states[0]?.text.length ?? 0) < 20) return;
        stopped = true;
        void harness.gateway.stop();
      },
    });
    const kept = (await stored(ann, turn)).responses[0];
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'stream_broken' } });
    expect(kept?.text.length).toBeGreaterThanOrEqual(20);
    expect(SLOW.text.startsWith(kept?.text ?? 'nothing')).toBe(true);
    expect(viewer.state(0).text).toBe(kept?.text);
  });

  test('returns 401 with the key in its text: at most the last four characters are shown or stored', async () => {
    await start();
    harness.gateway.setScript('a', { error: { status: 401 } });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'provider_auth' } });
    const everything = JSON.stringify([viewer.entries, await stored(ann, turn), harness.logged()]);
    expect(everything).not.toContain('sk-gateway-master');
  });
});

describe('one model of four', () => {
  test('fails alone: the other three complete and the turn is done', async () => {
    await start();
    for (const model of ['a', 'b', 'd']) harness.gateway.setScript(model, { text: `fine ${model}` });
    harness.gateway.setScript('c', {
      error: { status: 400, body: { error: { message: 'no such parameter' } } },
    });
    const { turn } = await compare(ann, ['a', 'b', 'c', 'd']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.states.map(({ status }) => status)).toEqual([
      'completed',
      'completed',
      'failed',
      'completed',
    ]);
    expect(viewer.state(2).error).toMatchObject({ code: 'gateway_rejected' });
  });

  test('stalls until its timeout: it fails with the reason, keeps its text and does not delay the others', async () => {
    await start({ run: { idleTimeoutSeconds: 1 } });
    harness.gateway.setScript('a', { text: 'quick' });
    harness.gateway.setScript('b', { text: 'begins and then nothing', stallAfterChunks: 2 });
    const { turn } = await compare(ann, ['a', 'b']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'quick' });
    expect(viewer.state(1)).toMatchObject({
      status: 'failed',
      error: { code: 'idle_timeout' },
      text: 'begins and',
    });
  });

  test('is rate limited first: its response shows that it is waiting, then completes', async () => {
    await start();
    harness.gateway.setScript('a', {
      text: 'after all',
      failFirst: [{ status: 429, headers: { 'retry-after': '1' } }],
    });
    const { turn } = await compare(ann, ['a']);
    const seen = new Set<string>();
    const viewer = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if (states[0]) seen.add(states[0].status);
        if (states[0]?.status !== 'waiting') return;
        // A duration, because the clocks of runner, server and viewer may differ.
        expect(states[0].retryInMs).toBeGreaterThan(0);
        expect(states[0].retryInMs).toBeLessThan(2_000);
        expect(states[0]).not.toHaveProperty('retryAt');
      },
    });
    expect(seen).toContain('waiting');
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'after all' });
    expect(viewer.state(0).error).toBeUndefined();
    expect(viewer.state(0).retryInMs).toBeUndefined();
  });
});

/** The local backend does not expose the pids of its children, so find them as children of this process. */
async function killRunners(signal: NodeJS.Signals): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  for (const line of children.split('\n')) {
    const pid = Number.parseInt(line, 10);
    if (line.includes('runner.mjs') && pid > 0) process.kill(pid, signal);
  }
}

describe('a runner that is killed', () => {
  test('before its answer: the response fails with a reason and can be retried', async () => {
    await start();
    harness.gateway.setScript('a', { text: 'late', firstTokenMs: 20_000 });
    const { turn } = await compare(ann, ['a']);
    await until('the gateway was called', () => harness.gateway.requests.length === 1);
    await killRunners('SIGKILL');
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'runner_crashed' }, text: '' });
    harness.gateway.setScript('a', { text: 'second try' });
    await ann.call.response.retry({ responseId: viewer.state(0).responseId });
    const again = await watch(harness, ann, { turnId: turn.id });
    expect(again.state(0)).toMatchObject({ status: 'completed', text: 'second try' });
  });

  test('during its answer: only its own response fails, and its text is kept', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    let killed = false;
    const viewer = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if (killed || (states[0]?.text.length ?? 0) < 20) return;
        killed = true;
        void killRunners('SIGKILL');
      },
    });
    const kept = (await stored(ann, turn)).responses[0];
    expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'runner_crashed' } });
    expect(SLOW.text.startsWith(viewer.state(0).text)).toBe(true);
    expect(viewer.state(0).text.length).toBeGreaterThanOrEqual(20);
    expect(kept?.text).toBe(viewer.state(0).text);
  });

  test('after its result was recorded: the response stays completed', async () => {
    let handedOver = false;
    await start({
      // Killed between "recorded" and its last line: the collector gets the exit without that line.
      wrapBackend: (backend) => ({
        name: backend.name,
        start: (run) => backend.start(run),
        cancel: (run) => backend.cancel(run),
        forget: (run) => backend.forget(run),
        list: () => backend.list(),
        close: () => backend.close(),
        async *follow(run, signal) {
          for await (const event of backend.follow(run, signal)) {
            if (event.type === 'line' && event.line.includes('"type":"completed"')) {
              handedOver = true;
              continue;
            }
            yield event.type === 'exit'
              ? { type: 'exit', exitCode: null, error: { code: 'runner_crashed' } }
              : event;
          }
        },
      }),
    });
    harness.gateway.setScript('a', { text: 'recorded and gone' });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(handedOver).toBe(true);
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'recorded and gone' });
  });
});

describe('a hand-over', () => {
  test('that is refused twice and then accepted is recorded once', async () => {
    let refusals = 0;
    await start({
      callbackFault: (path) => {
        if (!path.includes('run.complete') || refusals >= 2) return undefined;
        refusals += 1;
        return 503;
      },
    });
    harness.gateway.setScript('a', { text: 'third time' });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(refusals).toBe(2);
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'third time' });
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'completed', text: 'third time' });
  });

  test('with the token of another run is refused, and the run continues', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    await until('the gateway was called', () => harness.gateway.requests.length === 1);
    const [current] = await listCurrentRuns(harness.deps.db, { turnId: turn.id });
    const claim = {
      v: 1,
      runId: current?.run.id,
      attempt: 1,
      token: 'f'.repeat(64),
      nonce: randomUUID().repeat(2),
    };
    const answer = await fetch(`${harness.baseUrl}/runner/run.claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claim),
    });
    expect(answer.status).toBe(409);
    expect(JSON.stringify(await answer.json())).not.toContain('sky blue');
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: SLOW.text });
  });

  test('in another protocol version is refused with a clear error', async () => {
    await start();
    const claim = {
      v: 99,
      runId: 'run_00000000000000000000000000',
      attempt: 1,
      token: 'f'.repeat(64),
      nonce: 'e'.repeat(64),
    };
    const answer = await fetch(`${harness.baseUrl}/runner/run.claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claim),
    });
    expect(answer.status).toBe(412);
    expect(await answer.json()).toMatchObject({ error: { data: { appCode: 'run_protocol' } } });
  });
});

describe('a cancel', () => {
  test('of one response aborts its upstream call and keeps its text; the other continues', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    harness.gateway.setScript('b', { text: 'whole answer of b', tokensPerSecond: 3 });
    const { turn } = await compare(ann, ['a', 'b']);
    let cancelling: Promise<void> | undefined;
    const viewer = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if ((states[0]?.text.length ?? 0) < 20) return;
        cancelling ??= ann.call.response.cancel({ responseId: responseIdAt(turn, 0) });
      },
    });
    await cancelling;
    await harness.gateway.requests.find(({ model }) => model === 'a')?.clientGone;
    expect(viewer.state(0)).toMatchObject({ status: 'cancelled' });
    expect(SLOW.text.startsWith(viewer.state(0).text)).toBe(true);
    expect(viewer.state(1)).toMatchObject({ status: 'completed', text: 'whole answer of b' });
    expect((await stored(ann, turn)).responses[0]?.text).toBe(viewer.state(0).text);
    await until('no run is alive', async () => (await harness.deps.backend.list()).length === 0);
  });

  test('of all responses, sent twice and from two tabs, ends each as cancelled', async () => {
    await start();
    for (const model of ['a', 'b', 'c']) harness.gateway.setScript(model, { ...SLOW, firstTokenMs: 200 });
    const { turn } = await compare(ann, ['a', 'b', 'c']);
    await Promise.all([ann.call.turn.cancel({ turnId: turn.id }), ann.call.turn.cancel({ turnId: turn.id })]);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.states.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    await ann.call.turn.cancel({ turnId: turn.id });
    await until('no run is alive', async () => (await harness.deps.backend.list()).length === 0);
  });
});

describe('a restart of the server', () => {
  test('marks unfinished runs as interrupted, refuses their late hand-overs, and allows a retry', async () => {
    await start();
    harness.gateway.setScript('a', { text: 'late', firstTokenMs: 20_000 });
    const { turn } = await compare(ann, ['a']);
    await until('the gateway was called', () => harness.gateway.requests.length === 1);
    const [current] = await listCurrentRuns(harness.deps.db, { turnId: turn.id });
    if (!current) throw new Error('no run');
    // The cleanup of a new process at its start, while a run of the old process is still alive.
    expect(await markInterrupted(harness.deps.db)).toBe(1);
    const late = await recordResult(harness.deps.db, {
      runId: current.run.id,
      attempt: 1,
      epoch: current.turn.epoch,
      result: {
        outcome: { status: 'completed', finishReason: 'stop' },
        text: 'too late',
        reasoning: '',
        textSha256: '0'.repeat(64),
        timings: { totalMs: 1 },
      },
    });
    expect(late).not.toBe('recorded');
    expect((await stored(ann, turn)).responses[0]).toMatchObject({
      status: 'interrupted',
      error: { code: 'interrupted' },
    });
    await ann.call.turn.cancel({ turnId: turn.id });
    await killRunners('SIGKILL');
    await until('no collector is open', () => harness.deps.collectors.size === 0);
    harness.gateway.setScript('a', { text: 'after the restart' });
    await ann.call.response.retry({ responseId: responseIdAt(turn, 0) });
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'after the restart' });
  });
});
