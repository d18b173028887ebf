import { randomUUID } from 'node:crypto';
import { insertSignIn } from '@aideator/db/queries/sign-ins';
import { sessions } from '@aideator/db/schema/sessions';
import { signIns } from '@aideator/db/schema/sign-ins';
import { turns } from '@aideator/db/schema/turns';
import { usage } from '@aideator/db/schema/usage';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSweeper } from './services/collection/sweep-turns.ts';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;
beforeAll(async () => {
  harness = await startHarness();
  harness.deps.settings.lease.sweepSeconds = 0.02;
  ann = await harness.member();
});
afterAll(() => harness[Symbol.asyncDispose]());

async function deletedSession() {
  harness.gateway.setScript('a', { text: 'an answer' });
  const { session, turn } = await ann.call.turn.submit({
    mode: 'compare',
    prompt: 'Why?',
    panels: [{ modelId: 'a' }],
    idempotencyKey: randomUUID(),
  });
  await watch(harness, ann, { turnId: turn.id });
  const { undoUntil } = await ann.call.session.delete({ sessionId: session.id });
  return { session, turn, undoUntil };
}

test('the sweeper purges a deleted session once it can no longer be restored, and keeps its usage', async () => {
  const { db } = harness.deps;
  const old = await deletedSession();
  const recent = await deletedSession();
  const undoSeconds = (old.undoUntil.getTime() - Date.now()) / 1_000;
  await db
    .update(sessions)
    .set({ deletedAt: sql`${sessions.deletedAt} - make_interval(secs => ${undoSeconds})` })
    .where(eq(sessions.id, old.session.id));
  const sweeper = startSweeper(harness.deps, { cleanUpSeconds: 0 });
  try {
    await until('the old session is gone', async () => {
      const left = await db.select().from(sessions).where(eq(sessions.id, old.session.id));
      return left.length === 0;
    });
  } finally {
    await sweeper.close();
  }
  expect(await db.select().from(turns).where(eq(turns.id, old.turn.id))).toEqual([]);
  expect(await db.select().from(usage).where(eq(usage.userId, ann.person.id))).toHaveLength(2);
  await expect(ann.call.session.restore({ sessionId: old.session.id })).rejects.toMatchObject({
    cause: { code: 'not_found' },
  });
  expect((await ann.call.session.restore({ sessionId: recent.session.id })).id).toBe(recent.session.id);
});

test('the sweeper deletes sign-ins that expired long ago, and keeps those that make a device known', async () => {
  const { db } = harness.deps;
  const userId = ann.person.id;
  const add = (days: number) =>
    insertSignIn(db, { userId, deviceHash: 'd', addressHash: 'a', lifetimeSeconds: days * 86_400 });
  const [old, expired, live] = [await add(-61), await add(-59), await add(1)];
  const sweeper = startSweeper(harness.deps, { cleanUpSeconds: 0 });
  const left = async () => (await db.select({ id: signIns.id }).from(signIns)).map(({ id }) => id);
  try {
    await until('the old sign-in is gone', async () => !(await left()).includes(old));
  } finally {
    await sweeper.close();
  }
  expect((await left()).sort()).toEqual([expired, live].sort());
});

test('a cleanup that fails neither ends the sweeper nor prevents the other cleanups', async () => {
  const { deps } = harness;
  const old = await deletedSession();
  await deps.db
    .update(sessions)
    .set({ deletedAt: sql`${sessions.deletedAt} - interval '30 days'` })
    .where(eq(sessions.id, old.session.id));
  let sweeps = 0;
  const backend = Object.assign(Object.create(deps.backend), {
    sweep: async () => {
      sweeps += 1;
      throw new Error('the backend is down');
    },
  });
  const sweeper = startSweeper({ ...deps, backend }, { cleanUpSeconds: 0 });
  try {
    await until('the old session is gone', async () => {
      const left = await deps.db.select().from(sessions).where(eq(sessions.id, old.session.id));
      return left.length === 0;
    });
    await until('the sweeper has continued', () => sweeps >= 2);
  } finally {
    await sweeper.close();
  }
});
