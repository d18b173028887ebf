import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { responses } from './responses.ts';
import { turns } from './turns.ts';
import { users } from './users.ts';

export const VERDICTS = ['response', 'tie', 'none'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Verdicts on turns. The history is kept; the current one has no `supersededAt`. */
export const preferences = pgTable(
  'preferences',
  {
    id: text().primaryKey(),
    turnId: text()
      .notNull()
      .references(() => turns.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    verdict: text({ enum: VERDICTS }).notNull(),
    responseId: text(),
    feedback: text(),
    createdAt: instant().notNull().defaultNow(),
    supersededAt: instant(),
  },
  (table) => [
    uniqueIndex('preferences_current_key')
      .on(table.turnId, table.userId)
      .where(sql`${table.supersededAt} is null`),
    index('preferences_response_id_idx').on(table.responseId),
    index('preferences_user_id_idx').on(table.userId, table.createdAt),
    foreignKey({
      name: 'preferences_response_of_turn_fk',
      columns: [table.responseId, table.turnId],
      foreignColumns: [responses.id, responses.turnId],
    }).onDelete('cascade'),
    check('preferences_verdict_check', sql`${table.verdict} in ('response', 'tie', 'none')`),
    check(
      'preferences_response_id_check',
      sql`(${table.verdict} = 'response') = (${table.responseId} is not null)`,
    ),
  ],
);

export type Preference = typeof preferences.$inferSelect;
