import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { bytea, id, instant } from './columns.ts';
import { users } from './users.ts';

/** A person's key of a provider, envelope-encrypted: the key under a data key, the data key under a versioned master key. */
export const providerKeys = pgTable(
  'provider_keys',
  {
    id: id('providerKey').primaryKey(),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    /** Version of the key-encryption key that wraps the data key. */
    keyVersion: integer().notNull(),
    wrappedKey: bytea().notNull(),
    wrappedKeyIv: bytea().notNull(),
    wrappedKeyTag: bytea().notNull(),
    ciphertext: bytea().notNull(),
    iv: bytea().notNull(),
    tag: bytea().notNull(),
    lastFour: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    unique('provider_keys_user_id_provider_key').on(table.userId, table.provider),
    check('provider_keys_last_four_check', sql`char_length(${table.lastFour}) <= 4`),
    check(
      'provider_keys_gcm_check',
      sql`octet_length(${table.iv}) = 12 and octet_length(${table.tag}) = 16 and octet_length(${table.wrappedKeyIv}) = 12 and octet_length(${table.wrappedKeyTag}) = 16`,
    ),
  ],
);

export type ProviderKey = typeof providerKeys.$inferSelect;
