import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { sql } from 'drizzle-orm';
import { check, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant, literal } from './columns.ts';
import { users } from './users.ts';

/** A person's saved sets of models. */
export const modelSets = pgTable(
  'model_sets',
  {
    id: id('modelSet').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    modelIds: text().array().notNull(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('model_sets_user_id_name_key').on(table.userId, table.name),
    check(
      'model_sets_model_ids_check',
      sql`cardinality(${table.modelIds}) between 1 and ${literal(MODELS_PER_TURN_MAX)}`,
    ),
  ],
);
