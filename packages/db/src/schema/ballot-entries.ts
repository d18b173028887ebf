import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import { LIVE_STATUSES } from '@aideator/contract/statuses';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { id, literal, oneOf } from './columns.ts';
import { preferences } from './preferences.ts';
import { responses } from './responses.ts';

/**
 * One row per response of the turn and ballot, whether the ballot names it or not. It says what the response was when the
 * person decided, because a retry replaces the response. Rows, not JSON, so that SQL counts tiers. `setPreference` is the
 * only writer of new rows and ensures that tiers have no gap.
 */
export const ballotEntries = pgTable(
  'ballot_entries',
  {
    preferenceId: id('preference').notNull(),
    responseId: id('response').notNull(),
    turnId: id('turn').notNull(),
    /** Its place on the page, from 0. */
    place: smallint().notNull(),
    /** 1: the best. Null: not in a tier. */
    tier: smallint(),
    isWorst: boolean().notNull().default(false),
    /** The status and the attempt that the person saw. */
    status: text({ enum: LIVE_STATUSES }).notNull(),
    attempt: integer().notNull(),
    modelId: text().notNull(),
    /** The model's name as reported by the provider. Null until that attempt is over, and if it was not reported. */
    answeredBy: text(),
    parameters: jsonb().$type<SamplingParameters>().notNull(),
    /** Length of the whole answer in Unicode code points. Null until that attempt is over. */
    textChars: integer(),
    /** The answer names its own model or maker. Null: not known. */
    namesItself: boolean(),
  },
  (table) => [
    primaryKey({ columns: [table.preferenceId, table.responseId] }),
    unique('ballot_entries_preference_id_place_key').on(table.preferenceId, table.place),
    uniqueIndex('ballot_entries_worst_key').on(table.preferenceId).where(sql`${table.isWorst}`),
    index('ballot_entries_response_id_idx').on(table.responseId),
    foreignKey({
      name: 'ballot_entries_preference_of_turn_fk',
      columns: [table.preferenceId, table.turnId],
      foreignColumns: [preferences.id, preferences.turnId],
    }).onDelete('cascade'),
    foreignKey({
      name: 'ballot_entries_response_of_turn_fk',
      columns: [table.responseId, table.turnId],
      foreignColumns: [responses.id, responses.turnId],
    }).onDelete('cascade'),
    check(
      'ballot_entries_place_check',
      sql`${table.place} between 0 and ${literal(MODELS_PER_TURN_MAX - 1)}`,
    ),
    check('ballot_entries_tier_check', sql`${table.tier} between 1 and ${literal(MODELS_PER_TURN_MAX)}`),
    check('ballot_entries_worst_check', sql`not (${table.isWorst} and ${table.tier} is not null)`),
    check('ballot_entries_status_check', oneOf(table.status, LIVE_STATUSES)),
    check('ballot_entries_attempt_check', sql`${table.attempt} > 0`),
  ],
);

export type BallotEntry = typeof ballotEntries.$inferSelect;
