import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { users } from './users.ts';

/**
 * One row per sign-in of a browser. The session token contains the row's id and is valid only while the row is neither
 * ended nor expired. Rows are kept longer than that, because they show which devices and addresses a person has used.
 */
export const signIns = pgTable(
  'sign_ins',
  {
    id: id('signIn').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the random token in the browser's device cookie, in hex. */
    deviceHash: text().notNull(),
    /** HMAC of the client's address, in hex, so that sign-ins can be compared without storing the address. */
    addressHash: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant().notNull(),
    /** When the person signed out or changed the password in another browser. */
    endedAt: instant(),
  },
  (table) => [
    index('sign_ins_user_id_idx').on(table.userId, table.createdAt),
    index('sign_ins_expires_at_idx').on(table.expiresAt),
  ],
);
