import type { Citation } from '@aideator/contract/citations';
import { ERROR_CODES } from '@aideator/contract/errors';
import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { FINISH_REASONS } from '@aideator/contract/run-event';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import { STORED_STATUSES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import { boolean, check, integer, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant, literal, oneOf } from './columns.ts';
import { turns } from './turns.ts';

export const responses = pgTable(
  'responses',
  {
    id: id('response').primaryKey(),
    turnId: id('turn')
      .notNull()
      .references(() => turns.id, { onDelete: 'cascade' }),
    /** 0, 1, 2, … within the turn. */
    position: integer().notNull(),
    modelId: text().notNull(),
    modelName: text().notNull(),
    /** The model's provider when the turn was submitted. */
    provider: text(),
    /** Set by the person. Every attempt uses them. */
    parameters: jsonb().$type<SamplingParameters>().notNull().default({}),
    /** The current attempt. Only its run may write here. */
    attempt: integer().notNull(),
    status: text({ enum: STORED_STATUSES }).notNull(),
    text: text().notNull().default(''),
    reasoning: text().notNull().default(''),
    finishReason: text({ enum: FINISH_REASONS }),
    /** Null: the provider cited no sources. */
    citations: jsonb().$type<Citation[]>(),
    /** The output token cap that was sent to the model. Null: there was none, or there is no outcome yet. */
    outputTokensMax: integer(),
    errorCode: text({ enum: ERROR_CODES }),
    errorDetail: text(),
    inputTokens: integer(),
    outputTokens: integer(),
    reasoningTokens: integer(),
    cachedInputTokens: integer(),
    cacheWriteInputTokens: integer(),
    /** Null: there is no usage. */
    usageEstimated: boolean(),
    costUsd: numeric({ precision: 18, scale: 9 }),
    /** To the first piece of text or reasoning. */
    firstTokenMs: integer(),
    /** To the first word of the text. Null: there was none, or the run is older than this column. */
    firstTextMs: integer(),
    totalMs: integer(),
    /** Hash of the text in UTF-8, in hex. */
    textSha256: text(),
    /** The model's name as reported by the provider. */
    answeredBy: text(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('responses_turn_id_position_key').on(table.turnId, table.position),
    // Target of the foreign key in preferences, which ensures that a preferred response belongs to its turn.
    unique('responses_id_turn_id_key').on(table.id, table.turnId),
    check('responses_status_check', oneOf(table.status, STORED_STATUSES)),
    check('responses_finish_reason_check', oneOf(table.finishReason, FINISH_REASONS)),
    check('responses_attempt_check', sql`${table.attempt} > 0`),
    check(
      'responses_position_check',
      sql`${table.position} between 0 and ${literal(MODELS_PER_TURN_MAX - 1)}`,
    ),
  ],
);

export type Response = typeof responses.$inferSelect;
