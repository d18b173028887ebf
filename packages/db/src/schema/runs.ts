import type { SamplingParameters } from '@aideator/contract/run-spec';
import { STORED_STATUSES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { responses } from './responses.ts';

export const runs = pgTable(
  'runs',
  {
    id: text().primaryKey(),
    responseId: text()
      .notNull()
      .references(() => responses.id, { onDelete: 'cascade' }),
    attempt: integer().notNull(),
    status: text({ enum: STORED_STATUSES }).notNull(),
    /** Hex, of the one-use token for the claim. */
    tokenSha256: text().notNull(),
    /** Hex, of the nonce of the process that claimed. Null: not claimed yet. */
    nonceSha256: text(),
    claimedAt: instant(),
    /** When the person asked it to stop. Null: what ends it was not their will. */
    stopRequestedAt: instant(),
    finishedAt: instant(),
    /** The worst case, set aside when it was submitted. */
    reservedUsd: numeric({ precision: 18, scale: 9 }).notNull().default('0'),
    /** The provider whose key of the person is used; null: the server's. */
    ownKeyProvider: text(),
    parameters: jsonb().$type<SamplingParameters>().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('runs_response_id_attempt_key').on(table.responseId, table.attempt),
    index('runs_unfinished_idx').on(table.createdAt).where(sql`${table.status} in ('pending', 'running')`),
    check(
      'runs_status_check',
      sql`${table.status} in ('pending', 'running', 'completed', 'failed', 'cancelled', 'interrupted')`,
    ),
    check('runs_attempt_check', sql`${table.attempt} > 0`),
  ],
);

export type Run = typeof runs.$inferSelect;
