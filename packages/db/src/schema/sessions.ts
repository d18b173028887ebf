import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { users } from './users.ts';

export const sessions = pgTable(
  'sessions',
  {
    id: id('session').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    /** True once a person named it. Automatic titles do not replace such a name. */
    titleIsCustom: boolean().notNull().default(false),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
    deletedAt: instant(),
  },
  (table) => [
    index('sessions_list_idx')
      // Ascending: a backward scan returns the list's order, and row comparison can use the index.
      .on(table.userId, table.updatedAt, table.id)
      .where(sql`${table.deletedAt} is null`),
    index('sessions_deleted_at_idx').on(table.deletedAt).where(sql`${table.deletedAt} is not null`),
  ],
);

export type Session = typeof sessions.$inferSelect;
