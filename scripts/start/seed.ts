import { randomBytes } from 'node:crypto';
import { createDatabase } from '@aideator/db/client';
import { SEED_EMAIL, seed } from '@aideator/db/seed';
import { hash } from '@node-rs/argon2';
import type { Context } from './context.ts';
import { startDatabase } from './database.ts';

/** Writes the demo account with its sessions and verdicts into the database. Returns the text for the person. */
export async function seedDatabase(context: Context): Promise<string> {
  const url = await startDatabase(context);
  const { db, close } = createDatabase(url, { poolSizeMax: 2 });
  try {
    const password = randomBytes(9).toString('base64url');
    const isNew = await seed(db, { passwordHash: await hash(password) });
    return isNew
      ? `\nThe demo account was created. Sign in as ${SEED_EMAIL} with the password ${password} (it is not shown again).\n`
      : `\nThe demo account ${SEED_EMAIL} already exists; nothing was changed.\n`;
  } finally {
    await close();
  }
}
