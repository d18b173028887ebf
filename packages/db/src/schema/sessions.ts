import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    /** True once a person named it: no automatic title replaces that. */
    titleIsCustom: boolean().notNull().default(false),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
    deletedAt: instant(),
  },
  (table) => [
    index('sessions_list_idx')
      // Ascending: read backwards it is the list's order, and row comparison can use it.
      .on(table.userId, table.updatedAt, table.id)
      .where(sql`${table.deletedAt} is null`),
    index('sessions_deleted_at_idx').on(table.deletedAt).where(sql`${table.deletedAt} is not null`),
  ],
);

export type Session = typeof sessions.$inferSelect;
