import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { users } from './users.ts';

/** Sign-ins through a provider (OAuth, OIDC). Tokens of the provider are not stored. */
export const accounts = pgTable(
  'accounts',
  {
    provider: text().notNull(),
    providerAccountId: text().notNull(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.providerAccountId] }),
    index('accounts_user_id_idx').on(table.userId),
  ],
);
