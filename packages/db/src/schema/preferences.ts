import { WIDTH_CLASSES } from '@aideator/contract/circumstances';
import { REASONS, WORST_REASONS } from '@aideator/contract/reasons';
import { CONTINUING_VERDICTS, ENDING_VERDICTS, VERDICTS } from '@aideator/contract/verdicts';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { id, instant, oneOf, subsetOf } from './columns.ts';
import { responses } from './responses.ts';
import { turns } from './turns.ts';
import { users } from './users.ts';

/**
 * Verdicts on turns, each given as a ballot, whose responses are in `ballot_entries`. The history is kept; the current
 * one has no `supersededAt`. The circumstances are null for verdicts from before there were ballots.
 */
export const preferences = pgTable(
  'preferences',
  {
    /** Made by the page, so that a repeated call stores one row. */
    id: id('preference').primaryKey(),
    turnId: id('turn')
      .notNull()
      .references(() => turns.id, { onDelete: 'cascade' }),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Follows from the first tier (`verdictOf`). Stored, so that checks and queries can use it. */
    verdict: text({ enum: VERDICTS }).notNull(),
    /** The response that the session continues with. */
    responseId: id('response'),
    reasons: text({ enum: REASONS }).array().notNull().default([]),
    worstReasons: text({ enum: WORST_REASONS }).array().notNull().default([]),
    feedback: text(),
    /** The models' names were hidden when it was given. */
    isBlind: boolean().notNull().default(false),
    /** It was given in a blind turn after the reveal. */
    isAfterReveal: boolean().notNull().default(false),
    /** Timings and costs were shown. */
    metricsVisible: boolean(),
    widthClass: text({ enum: WIDTH_CLASSES }),
    /** From the first answer shown to the verdict. Null also if the page was loaded after that answer. */
    msSinceFirstAnswer: integer(),
    /** When the person decided: before `createdAt` if the page had no connection. */
    decidedAt: instant(),
    createdAt: instant().notNull().defaultNow(),
    /** When the worst, the reasons or the response to continue with were last added. */
    amendedAt: instant(),
    supersededAt: instant(),
  },
  (table) => [
    uniqueIndex('preferences_current_key')
      .on(table.turnId, table.userId)
      .where(sql`${table.supersededAt} is null`),
    index('preferences_response_id_idx').on(table.responseId),
    index('preferences_user_id_idx').on(table.userId, table.createdAt),
    // Target of the foreign key in ballot_entries, which ensures that both belong to the same turn.
    unique('preferences_id_turn_id_key').on(table.id, table.turnId),
    foreignKey({
      name: 'preferences_response_of_turn_fk',
      columns: [table.responseId, table.turnId],
      foreignColumns: [responses.id, responses.turnId],
    }).onDelete('cascade'),
    check('preferences_verdict_check', oneOf(table.verdict, VERDICTS)),
    check(
      'preferences_response_id_check',
      sql`case when ${oneOf(table.verdict, CONTINUING_VERDICTS)} then ${table.responseId} is not null when ${oneOf(table.verdict, ENDING_VERDICTS)} then ${table.responseId} is null else true end`,
    ),
    check('preferences_reasons_check', subsetOf(table.reasons, REASONS)),
    check('preferences_worst_reasons_check', subsetOf(table.worstReasons, WORST_REASONS)),
    check('preferences_width_class_check', oneOf(table.widthClass, WIDTH_CLASSES)),
    check('preferences_blind_check', sql`not (${table.isBlind} and ${table.isAfterReveal})`),
  ],
);

export type Preference = typeof preferences.$inferSelect;
