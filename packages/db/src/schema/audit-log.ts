import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { users } from './users.ts';

/** Actions, with person and object. Never contains prompts, answers or keys. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: id('audit').primaryKey(),
    /** The acting person; null for the server itself and for deleted people. */
    actorId: id('user').references(() => users.id, { onDelete: 'set null' }),
    /** `<noun>.<verb>`, such as `provider_key.set`. */
    action: text().notNull(),
    subjectId: text(),
    detail: jsonb().$type<Record<string, string | number | boolean | null>>().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index('audit_log_created_at_idx').on(table.createdAt),
    index('audit_log_actor_id_idx').on(table.actorId, table.createdAt),
  ],
);

export type AuditEntry = typeof auditLog.$inferSelect;
