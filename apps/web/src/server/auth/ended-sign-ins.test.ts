import { silentLog } from '@aideator/api/testing/silent-log';
import { endSignIn, insertSignIn } from '@aideator/db/queries/sign-ins';
import { bumpSessionVersion } from '@aideator/db/queries/users';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { makeUser } from '@aideator/db/testing/factory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { abortable, type StreamOwner } from '../live-streams.ts';
import { endStreamsOfEndedSignIns } from './ended-sign-ins.ts';

const stop = new AbortController();
let database: TestDatabase;
let watching: Promise<void>;
beforeAll(async () => {
  database = await cloneDatabase();
  watching = endStreamsOfEndedSignIns({ db: database.db, log: silentLog, checkMs: 20 }, stop.signal);
});
afterAll(async () => {
  stop.abort();
  await watching;
  await database[Symbol.asyncDispose]();
});

async function signIn() {
  const { id: userId } = await makeUser(database.db);
  const client = { deviceHash: 'd', addressHash: 'a' };
  const signInId = await insertSignIn(database.db, { ...client, userId, lifetimeSeconds: 60 });
  return { userId, signInId, sessionVersion: 1 };
}

/** An event stream that never ends by itself. */
function openStream(owner: StreamOwner) {
  const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const reader = abortable(response, owner).body?.getReader();
  const state = { isOpen: true, leave: () => reader?.cancel() };
  void reader?.read().then(({ done }) => {
    state.isOpen = !done;
  });
  return state;
}

test('a stream ends when its sign-in ends, however it ended, and other streams continue', async () => {
  const [signedOut, everywhere, disabled, staying] = await Promise.all([
    signIn(),
    signIn(),
    signIn(),
    signIn(),
  ]);
  const all = [signedOut, everywhere, disabled, staying];
  const streams = [...all, ...all].map(openStream);
  const open = () => streams.map(({ isOpen }) => isOpen);
  const expected = (...perOwner: boolean[]) => [...perOwner, ...perOwner];
  await endSignIn(database.db, signedOut);
  await expect.poll(open).toEqual(expected(false, true, true, true));
  await bumpSessionVersion(database.db, everywhere);
  await expect.poll(open).toEqual(expected(false, false, true, true));
  await database.db.execute(`update users set disabled_at = now() where id = '${disabled.userId}'`);
  await expect.poll(open).toEqual(expected(false, false, false, true));
  for (const stream of streams) await stream.leave();
});
