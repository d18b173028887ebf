import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@aideator/api/logger';
import type { Db } from '@aideator/db/client';
import { listLiveSignIns } from '@aideator/db/queries/sign-ins';
import { abortStreamsOf, streamOwners } from '../live-streams.ts';

const CHECK_MS = 3_000;

interface WatchOptions {
  db: Db;
  log: Logger;
  checkMs?: number;
}

/**
 * Ends event streams whose sign-in is over, whichever replica ended it. A request is checked only once, but its stream
 * lives on. Costs one query every few seconds while streams are open. Resolves when `signal` aborts.
 */
export async function endStreamsOfEndedSignIns(
  { db, log, checkMs = CHECK_MS }: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(checkMs, undefined, { signal }).catch(() => undefined);
    await check(db).catch((error: unknown) =>
      log.warn({ err: error }, 'the sign-ins of open streams could not be checked'),
    );
  }
}

async function check(db: Db): Promise<void> {
  const signInIds = [...new Set(streamOwners().map(({ signInId }) => signInId))];
  const live = new Map(
    (await listLiveSignIns(db, { signInIds })).map(({ id, sessionVersion }) => [id, sessionVersion]),
  );
  const checked = new Set(signInIds);
  abortStreamsOf(
    ({ signInId, sessionVersion }) => checked.has(signInId) && live.get(signInId) !== sessionVersion,
  );
}
