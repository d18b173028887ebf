import type { TurnId } from '@aideator/contract/ids';
import { expect, it } from 'vitest';
import type { BallotOp } from './ballot-ops.ts';
import { createBallotOutbox, type SendOutcome } from './ballot-outbox.ts';
import { createBallotStorage } from './ballot-storage.ts';

/** Storage as a browser has it. `isFull`: it refuses every write. */
class Box {
  readonly items = new Map<string, string>();
  isFull = false;
  get length(): number {
    return this.items.size;
  }
  key = (index: number) => [...this.items.keys()][index] ?? null;
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem(key: string, value: string): void {
    if (this.isFull) throw new Error('full');
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

const undo = (turnId: TurnId): BallotOp => ({ kind: 'clear', input: { turnId } });

function setup(box = new Box()) {
  const sent: string[] = [];
  const answers: PromiseWithResolvers<SendOutcome>[] = [];
  const scheduled: { run: () => void; afterMs: number }[] = [];
  const clock = { nowMs: 1_000 };
  let unreachable = 0;
  const outbox = createBallotOutbox({
    storage: createBallotStorage(box, 'usr_1', () => clock.nowMs),
    send: (_op, { turnId }) => {
      sent.push(turnId);
      const answer = Promise.withResolvers<SendOutcome>();
      answers.push(answer);
      return answer.promise;
    },
    onUnreachable: () => {
      unreachable += 1;
    },
    now: () => clock.nowMs,
    random: () => 'tab',
    schedule: (run, afterMs) => {
      scheduled.push({ run, afterMs });
      return () => undefined;
    },
  });
  const answer = async (outcome: SendOutcome): Promise<void> => {
    answers.shift()?.resolve(outcome);
    await new Promise((resolve) => setTimeout(resolve));
  };
  const add = (turnId: TurnId) => outbox.add({ sessionId: 'ses_1', turnId, op: undo(turnId) });
  return { outbox, box, sent, answer, add, scheduled, clock, unreachable: () => unreachable };
}

it('sends the calls one after the other, in the order of the clicks', async () => {
  const { outbox, sent, answer, add } = setup();
  add('trn_1');
  add('trn_2');
  expect(sent).toEqual(['trn_1']);
  await answer('stored');
  expect(sent).toEqual(['trn_1', 'trn_2']);
  await answer('stored');
  expect(outbox.pending()).toEqual([]);
});

it('keeps a call that got no answer, tells that once, and sends it again after growing waits', async () => {
  const { outbox, sent, answer, add, scheduled, unreachable } = setup();
  add('trn_1');
  await answer('unreachable');
  expect(outbox.isWaiting()).toBe(true);
  scheduled.at(-1)?.run();
  await answer('unreachable');
  expect(unreachable()).toBe(1);
  expect(scheduled.map(({ afterMs }) => afterMs)).toEqual([2_000, 5_000]);
  outbox.flush();
  await answer('stored');
  expect(sent).toEqual(['trn_1', 'trn_1', 'trn_1']);
  expect(outbox.pending()).toEqual([]);
  expect(outbox.isWaiting()).toBe(false);
});

it('drops a call that the server refuses, and goes on with the next', async () => {
  const { outbox, sent, answer, add } = setup();
  add('trn_1');
  add('trn_2');
  await answer('refused');
  expect(sent).toEqual(['trn_1', 'trn_2']);
  expect(outbox.pending().map(({ turnId }) => turnId)).toEqual(['trn_2']);
});

it('finds after a reload what had no answer, in the order of the clicks', async () => {
  const { box, add } = setup();
  for (const turnId of ['trn_1', 'trn_2', 'trn_3'] as const) add(turnId);
  const { outbox, sent, answer } = setup(box);
  outbox.flush();
  for (let count = 0; count < 3; count += 1) await answer('stored');
  expect(sent).toEqual(['trn_1', 'trn_2', 'trn_3']);
  expect(box.length).toBe(0);
});

it('keeps calls on the page where the browser stores nothing', async () => {
  const box = new Box();
  box.isFull = true;
  const { outbox, sent, answer, add } = setup(box);
  add('trn_1');
  await answer('unreachable');
  outbox.flush();
  await answer('stored');
  expect(sent).toEqual(['trn_1', 'trn_1']);
  expect(outbox.pending()).toEqual([]);
});

it('keeps the calls of another person in the same browser apart, and drops old and broken ones', () => {
  const box = new Box();
  const { add, clock } = setup(box);
  add('trn_1');
  expect(createBallotStorage(box, 'usr_2', () => 0).list()).toEqual([]);
  box.setItem('aideator:ballot:usr_1:broken', '{');
  expect(createBallotStorage(box, 'usr_1', () => clock.nowMs).list()).toHaveLength(1);
  clock.nowMs += 31 * 24 * 60 * 60 * 1_000;
  expect(createBallotStorage(box, 'usr_1', () => clock.nowMs).list()).toEqual([]);
  expect(box.getItem('aideator:ballot:usr_1:broken')).not.toBeNull();
});

it('sends nothing while it is paused, and the rest with the next flush', async () => {
  const { outbox, sent, answer, add } = setup();
  add('trn_1');
  add('trn_2');
  outbox.pause();
  await answer('stored');
  expect(sent).toEqual(['trn_1']);
  outbox.flush();
  await answer('stored');
  expect(sent).toEqual(['trn_1', 'trn_2']);
});
