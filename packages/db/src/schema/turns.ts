import { TURN_MODES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { sessions } from './sessions.ts';
import { users } from './users.ts';

export const turns = pgTable(
  'turns',
  {
    id: text().primaryKey(),
    sessionId: text()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    /** The session's owner, repeated here because idempotency keys are unique per person. Never changes. */
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** 1, 2, 3, … within the session. */
    number: integer().notNull(),
    mode: text({ enum: TURN_MODES }).notNull(),
    prompt: text().notNull(),
    idempotencyKey: text().notNull(),
    /** Fences collectors: writes of an older epoch are refused. */
    epoch: integer().notNull().default(0),
    leaseOwner: text(),
    leaseUntil: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('turns_session_id_number_key').on(table.sessionId, table.number),
    unique('turns_user_id_idempotency_key_key').on(table.userId, table.idempotencyKey),
    index('turns_lease_until_idx').on(table.leaseUntil).where(sql`${table.leaseUntil} is not null`),
    check('turns_mode_check', sql`${table.mode} in ('compare', 'continue')`),
    check('turns_number_check', sql`${table.number} > 0`),
  ],
);

export type Turn = typeof turns.$inferSelect;
