import { boolean, index, integer, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { runs } from './runs.ts';
import { users } from './users.ts';

/** One row per finished run, for budgets and analytics. Outlives its session. */
export const usage = pgTable(
  'usage',
  {
    id: id('usage').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null if its session was purged. */
    runId: id('run').references(() => runs.id, { onDelete: 'set null' }),
    modelId: text().notNull(),
    provider: text().notNull(),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    reasoningTokens: integer().notNull(),
    cachedInputTokens: integer().notNull(),
    cacheWriteInputTokens: integer().notNull().default(0),
    estimated: boolean().notNull(),
    /** Null if the price is unknown. */
    costUsd: numeric({ precision: 18, scale: 9 }),
    /** True when the person's own key paid. */
    ownKey: boolean().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('usage_run_id_key').on(table.runId),
    index('usage_user_id_created_at_idx').on(table.userId, table.createdAt),
  ],
);
