import type { SamplingParameters } from '@aideator/contract/run-spec';
import { STORED_STATUSES, UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant, oneOf } from './columns.ts';
import { responses } from './responses.ts';

export const runs = pgTable(
  'runs',
  {
    id: id('run').primaryKey(),
    responseId: id('response')
      .notNull()
      .references(() => responses.id, { onDelete: 'cascade' }),
    attempt: integer().notNull(),
    status: text({ enum: STORED_STATUSES }).notNull(),
    /** Hash of the one-use token for the claim, in hex. */
    tokenSha256: text().notNull(),
    /** Hash of the nonce of the claiming process, in hex. Null: not claimed yet. */
    nonceSha256: text(),
    claimedAt: instant(),
    /** When the person cancelled it. Null: they did not. */
    cancelRequestedAt: instant(),
    finishedAt: instant(),
    /** When it got a place among the runs of its person. Null: it waits for one. */
    placedAt: instant(),
    /** When its collector last saw it wait, within half a minute. The wait does not count towards its age. */
    waitedUntil: instant(),
    /** The worst-case cost, reserved at submit. */
    reservedUsd: numeric({ precision: 18, scale: 9 }).notNull().default('0'),
    /** The provider whose key of the person is used. Null: the server's key is used. */
    ownKeyProvider: text(),
    parameters: jsonb().$type<SamplingParameters>().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('runs_response_id_attempt_key').on(table.responseId, table.attempt),
    index('runs_unfinished_idx').on(table.createdAt).where(oneOf(table.status, UNFINISHED_STATUSES)),
    check('runs_status_check', oneOf(table.status, STORED_STATUSES)),
    check('runs_attempt_check', sql`${table.attempt} > 0`),
  ],
);

export type Run = typeof runs.$inferSelect;
