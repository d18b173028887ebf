import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase } from '@aideator/db/client';
import { ballotEntries, preferences } from '@aideator/db/schema';
import { APP_DATABASE, APP_ROLE } from '@aideator/local/postgres/cluster';

type Entry = typeof ballotEntries.$inferSelect;
type StoredBallot = typeof preferences.$inferSelect & { entries: Entry[] };

async function databaseUrl(home: string): Promise<string> {
  const asked = join(home, 'postgres');
  // As root, PostgreSQL runs under another account, which may need a folder elsewhere.
  const dir = await readFile(join(asked, 'moved-to'), 'utf8').catch(() => asked);
  const read = async (name: string) => (await readFile(join(dir.trim(), name), 'utf8')).trim();
  return `postgres://${APP_ROLE}:${await read('password')}@127.0.0.1:${await read('port')}/${APP_DATABASE}`;
}

/**
 * The newest ballot in the database of a program, with its responses in the order shown. `home`: the folder of the program's
 * data.
 */
export async function newestBallot(home: string): Promise<StoredBallot> {
  const { db, close } = createDatabase(await databaseUrl(home), { poolSizeMax: 1 });
  try {
    const all = await db.select().from(preferences);
    const newest = all.reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
    const entries = await db.select().from(ballotEntries);
    const own = entries.filter(({ preferenceId }) => preferenceId === newest.id);
    return { ...newest, entries: own.toSorted((one, other) => one.place - other.place) };
  } finally {
    await close();
  }
}
