import { randomUUID } from 'node:crypto';
import { UNFINISHED_RUNS_PER_PERSON_MAX } from '@aideator/contract/limits';
import { createSession } from '@aideator/db/queries/sessions';
import { createTurn } from '@aideator/db/queries/turns';
import { turnInput } from '@aideator/db/testing/factory';
import { afterEach, expect, test } from 'vitest';
import { createCollectors } from './collector/collectors.ts';
import { createRunRecords } from './services/collection/record-run.ts';
import { sweepTurns } from './services/collection/sweep-turns.ts';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { compare, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
  for (const model of ['a', 'b'])
    harness.gateway.setScript(model, { text: 'word '.repeat(400), tokensPerSecond: 20 });
  for (const model of ['c', 'd', 'e']) harness.gateway.setScript(model, { text: `from ${model}` });
}
afterEach(() => harness[Symbol.asyncDispose]());

const asked = () => harness.gateway.requests.map(({ model }) => model);

test('runs beyond the limit wait, report how many start before them, and start in order as places become free', async () => {
  await start({ placesMax: 2 });
  const busy = await compare(ann, ['a', 'b']);
  // The cancel below must not come before these calls, which are counted.
  await until('both models are called', () => asked().length === 2);
  const { turn } = await compare(ann, ['c', 'd', 'e']);
  const ahead: unknown[] = [];
  let isStopped = false;
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states }) => {
      const waiting = states.map((state) => (state.status === 'waiting' ? state.runsAhead : state.status));
      if (waiting.every((value) => typeof value === 'number')) {
        ahead.push(waiting);
        if (!isStopped)
          void ann.call.response.cancel({ responseId: busy.turn.responses[0]?.responseId ?? expect.fail() });
        isStopped = true;
      }
    },
  });
  expect(ahead[0]).toEqual([0, 1, 2]);
  expect(viewer.states.map(({ status, text }) => [status, text])).toEqual([
    ['completed', 'from c'],
    ['completed', 'from d'],
    ['completed', 'from e'],
  ]);
  // One place became free. The waiting runs get it one after the other.
  expect(asked().slice(2)).toEqual(['c', 'd', 'e']);
  await ann.call.turn.cancel({ turnId: busy.turn.id });
});

test('a cancel ends a waiting run without starting it, and others move up', async () => {
  await start({ placesMax: 1 });
  const busy = await compare(ann, ['a']);
  await until('the busy run was asked for', () => asked().length === 1);
  const { turn } = await compare(ann, ['c', 'd']);
  let isFreed = false;
  let stopping: Promise<void> | undefined;
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states }) => {
      if (states[1]?.runsAhead === 1)
        stopping ??= ann.call.response.cancel({ responseId: states[0]?.responseId ?? expect.fail() });
      if (states[1]?.runsAhead === 0 && !isFreed) {
        isFreed = true;
        void ann.call.turn.cancel({ turnId: busy.turn.id });
      }
    },
  });
  await stopping;
  expect(viewer.states.map(({ status }) => status)).toEqual(['cancelled', 'completed']);
  expect((await stored(ann, turn)).responses.map(({ status }) => status)).toEqual(['cancelled', 'completed']);
  expect(asked()).toEqual(['a', 'd']);
});

test('a waiting run survives the loss of its collector and starts at the next one', async () => {
  await start({ placesMax: 1 });
  const busy = await compare(ann, ['a']);
  const { turn } = await compare(ann, ['c']);
  await until('the busy run was asked for', () => asked().length === 1);
  await harness.deps.collectors.drain();
  const { deps } = harness;
  const { renewSeconds } = deps.settings.lease;
  const next = {
    ...deps,
    collectors: createCollectors({ ...deps, records: createRunRecords(deps), renewSeconds }),
  };
  expect(await sweepTurns(next)).toBe(2);
  expect(asked()).toEqual(['a']);
  const viewing = watch({ ...harness, deps: next }, ann, { turnId: turn.id });
  await next.collectors.cancel(
    busy.turn.id,
    busy.turn.responses.map(({ responseId }) => responseId),
  );
  expect((await viewing).state(0)).toMatchObject({ status: 'completed', text: 'from c', attempt: 1 });
  await next.collectors.close();
});

test("one person's runs do not delay another's", async () => {
  await start({ placesMax: 1 });
  const bob = await harness.member();
  const busy = await compare(ann, ['a']);
  const { turn } = await compare(bob, ['c']);
  expect((await watch(harness, bob, { turnId: turn.id })).state(0).text).toBe('from c');
  await ann.call.turn.cancel({ turnId: busy.turn.id });
});

test('a submit by a person with too many unfinished runs is refused, but a repeat of an earlier one is not', async () => {
  await start();
  const submit = {
    prompt: 'Why is the sky blue?',
    panels: [{ modelId: 'a' }],
    mode: 'compare' as const,
    idempotencyKey: randomUUID(),
  };
  const { turn } = await ann.call.turn.submit(submit);
  const { db } = harness.deps;
  const userId = ann.person.id;
  for (let i = 0; i < UNFINISHED_RUNS_PER_PERSON_MAX / 6; i += 1) {
    const session = await createSession(db, { userId, title: 'New chat' });
    await createTurn(db, turnInput({ userId, sessionId: session.id, models: 6 }));
  }
  await expect(compare(ann, ['c'])).rejects.toMatchObject({ cause: { code: 'too_many_runs' } });
  expect((await ann.call.turn.submit(submit)).turn.id).toBe(turn.id);
  await ann.call.turn.cancel({ turnId: turn.id });
});
