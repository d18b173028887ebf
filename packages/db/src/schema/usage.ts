import { boolean, index, integer, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { runs } from './runs.ts';
import { users } from './users.ts';

/** One row per finished run; sums feed budgets and analytics. Outlives the session it came from. */
export const usage = pgTable(
  'usage',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null when its session was purged. */
    runId: text().references(() => runs.id, { onDelete: 'set null' }),
    modelId: text().notNull(),
    provider: text().notNull(),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    reasoningTokens: integer().notNull(),
    cachedInputTokens: integer().notNull(),
    estimated: boolean().notNull(),
    /** Null when the model has no known price. */
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
