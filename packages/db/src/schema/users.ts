import { ROLES } from '@aideator/contract/roles';
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, instant, oneOf } from './columns.ts';

export const users = pgTable(
  'users',
  {
    id: id('user').primaryKey(),
    email: text().notNull(),
    /** Null for people who only sign in through a provider. */
    passwordHash: text(),
    name: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    /** Incremented to sign out everywhere. Tokens of an older version are refused. */
    sessionVersion: integer().notNull().default(1),
    disabledAt: instant(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    check('users_role_check', oneOf(table.role, ROLES)),
  ],
);

export type User = typeof users.$inferSelect;
