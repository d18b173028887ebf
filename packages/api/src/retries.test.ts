import { afterEach, expect, test } from 'vitest';
import { sha256 } from './services/collection/run-tokens.ts';
import { changedLines, HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { compare, responseIdAt, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;
async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
}
afterEach(() => harness[Symbol.asyncDispose]());

const SLOW = { text: 'one two three four five six seven eight nine ten '.repeat(8), tokensPerSecond: 20 };

test('a retry of an earlier turn is refused while another turn of the session is active', async () => {
  await start();
  harness.gateway.setScript('a', { text: 'x' });
  const { session, turn } = await compare(ann, ['a']);
  await watch(harness, ann, { turnId: turn.id });
  harness.gateway.setScript('b', SLOW);
  await compare(ann, ['b'], { sessionId: session.id });
  const responseId = responseIdAt(turn, 0);
  await expect(ann.call.response.retry({ responseId })).rejects.toMatchObject({
    cause: { code: 'turn_active' },
  });
  expect((await ann.call.session.get({ sessionId: session.id })).turns[0]?.responses[0]?.text).toBe('x');
});

/** Claims a run and hands over its result, as its process would. */
async function answer(run: HandDrivenBackend['started'][number], text: string): Promise<void> {
  const call = (procedure: string, input: object) =>
    fetch(`${harness.baseUrl}/runner/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
  const claim = { v: 1, runId: run.runId, attempt: 1, token: run.token, nonce: 'a'.repeat(64) };
  await call('run.claim', claim);
  const outcome = { status: 'completed', finishReason: 'stop' };
  const result = { outcome, text, reasoning: '', textSha256: sha256(text), timings: { totalMs: 1 } };
  expect((await call('run.complete', { ...claim, result })).status).toBe(200);
}

test('a retry before the previous process has ended is not marked as failed by that process', async () => {
  const backend = new HandDrivenBackend();
  await start({ wrapBackend: () => backend });
  const { turn } = await compare(ann, ['a']);
  await until('the run is started', () => backend.started.length === 1);
  const [run] = backend.started;
  if (!run) throw new Error('no run was started');
  await answer(run, 'first');
  const secondMayEnd = Promise.withResolvers<void>();
  const follow = backend.follow.bind(backend);
  Object.assign(backend, {
    async *follow(ref: { attempt: number }) {
      if (ref.attempt === 2) await secondMayEnd.promise;
      yield* follow();
    },
  });
  await ann.call.response.retry({ responseId: run.responseId });
  await until('the second attempt is started', () => backend.started.length === 2);
  const failures: string[] = [];
  const viewer = watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states }) => {
      const [state] = states;
      if (state?.attempt === 2 && state.error?.code === 'unavailable') failures.push(state.status);
    },
  });
  await backend.close();
  secondMayEnd.resolve();
  await viewer;
  expect(failures).toEqual([]);
});

test('a run whose lines violate the protocol fails and is cancelled', async () => {
  const broken = (line: string) => line.replace('"text":"', '"text":7,"x":"');
  await start({
    wrapBackend: (backend) =>
      changedLines(backend, () => (event) => [
        event.type === 'line' && event.line.includes('"delta"')
          ? { ...event, line: broken(event.line) }
          : event,
      ]),
  });
  harness.gateway.setScript('a', SLOW);
  const { turn } = await compare(ann, ['a']);
  const viewer = await watch(harness, ann, { turnId: turn.id });
  expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'run_protocol' } });
  await until('no process is left', async () => (await harness.deps.backend.list()).length === 0);
});
