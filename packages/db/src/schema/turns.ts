import { REVEAL_PACES, TURN_MODES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant, oneOf } from './columns.ts';
import { sessions } from './sessions.ts';
import { users } from './users.ts';

export const turns = pgTable(
  'turns',
  {
    id: id('turn').primaryKey(),
    sessionId: id('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    /** The session's owner, repeated here because idempotency keys are unique per person. Never changes. */
    userId: id('user')
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
    /** The models' names are hidden until `revealedAt`. */
    isBlind: boolean().notNull().default(false),
    /** Set for a blind turn. */
    revealPace: text({ enum: REVEAL_PACES }),
    revealedAt: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('turns_session_id_number_key').on(table.sessionId, table.number),
    unique('turns_user_id_idempotency_key_key').on(table.userId, table.idempotencyKey),
    index('turns_lease_until_idx').on(table.leaseUntil).where(sql`${table.leaseUntil} is not null`),
    check('turns_mode_check', oneOf(table.mode, TURN_MODES)),
    check('turns_reveal_pace_check', oneOf(table.revealPace, REVEAL_PACES)),
    check('turns_blind_check', sql`${table.isBlind} = (${table.revealPace} is not null)`),
    check('turns_revealed_check', sql`${table.isBlind} or ${table.revealedAt} is null`),
    check('turns_number_check', sql`${table.number} > 0`),
  ],
);

export type Turn = typeof turns.$inferSelect;
