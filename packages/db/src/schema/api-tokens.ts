import { sql } from 'drizzle-orm';
import { index, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { users } from './users.ts';

/** Tokens of API clients. The token itself is shown once and never stored. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: id('apiToken').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** The first characters, so that people can recognise the token. */
    prefix: text().notNull(),
    /** Hex. */
    sha256: text().notNull(),
    scopes: text().array().notNull().default(sql`'{}'::text[]`),
    createdAt: instant().notNull().defaultNow(),
    lastUsedAt: instant(),
    expiresAt: instant(),
    revokedAt: instant(),
  },
  (table) => [
    unique('api_tokens_sha256_key').on(table.sha256),
    index('api_tokens_user_id_idx').on(table.userId),
  ],
);
