import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const USER_ROLES = ['admin', 'member'] as const;
export type UserRole = (typeof USER_ROLES)[number];

export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    email: text().notNull(),
    /** Null for people who only sign in through a provider. */
    passwordHash: text(),
    name: text().notNull(),
    role: text({ enum: USER_ROLES }).notNull(),
    /** Raised to sign out everywhere: a token of an older version is no longer accepted. */
    sessionVersion: integer().notNull().default(1),
    disabledAt: instant(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    check('users_role_check', sql`${table.role} in ('admin', 'member')`),
  ],
);

export type User = typeof users.$inferSelect;
