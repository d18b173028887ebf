import { ERROR_CODES } from '@aideator/contract/errors';
import { FINISH_REASONS } from '@aideator/contract/run-event';
import { STORED_STATUSES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { boolean, check, integer, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { turns } from './turns.ts';

export const responses = pgTable(
  'responses',
  {
    id: text().primaryKey(),
    turnId: text()
      .notNull()
      .references(() => turns.id, { onDelete: 'cascade' }),
    /** Its panel: 0, 1, 2, … */
    position: integer().notNull(),
    modelId: text().notNull(),
    modelName: text().notNull(),
    /** Of the model, as it was when the turn was submitted. */
    provider: text(),
    /** The current attempt; only its run may write here. */
    attempt: integer().notNull(),
    status: text({ enum: STORED_STATUSES }).notNull(),
    text: text().notNull().default(''),
    reasoning: text().notNull().default(''),
    finishReason: text({ enum: FINISH_REASONS }),
    errorCode: text({ enum: ERROR_CODES }),
    errorDetail: text(),
    inputTokens: integer(),
    outputTokens: integer(),
    reasoningTokens: integer(),
    cachedInputTokens: integer(),
    /** Null when there is no usage at all. */
    usageEstimated: boolean(),
    costUsd: numeric({ precision: 18, scale: 9 }),
    firstTokenMs: integer(),
    totalMs: integer(),
    /** Hex, of the text in UTF-8. */
    textSha256: text(),
    /** The model's name as the provider answered it. */
    answeredBy: text(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('responses_turn_id_position_key').on(table.turnId, table.position),
    // The target of the preferences' foreign key: a preferred response belongs to its turn.
    unique('responses_id_turn_id_key').on(table.id, table.turnId),
    check(
      'responses_status_check',
      sql`${table.status} in ('pending', 'running', 'completed', 'failed', 'cancelled', 'interrupted')`,
    ),
    check('responses_attempt_check', sql`${table.attempt} > 0`),
    check('responses_position_check', sql`${table.position} between 0 and 5`),
  ],
);

export type Response = typeof responses.$inferSelect;
