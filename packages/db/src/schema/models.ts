import { sql } from 'drizzle-orm';
import { boolean, integer, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** The gateway's catalogue as it was last read, so that names and prices outlive a gateway that is away. */
export const models = pgTable('models', {
  id: text().primaryKey(),
  name: text().notNull(),
  provider: text().notNull(),
  providerName: text().notNull(),
  description: text(),
  contextTokens: integer(),
  outputTokensMax: integer(),
  inputUsdPerMillion: numeric({ precision: 18, scale: 9 }),
  outputUsdPerMillion: numeric({ precision: 18, scale: 9 }),
  capabilities: text().array().notNull().default(sql`'{}'::text[]`),
  serverKey: boolean().notNull(),
  refreshedAt: instant().notNull().defaultNow(),
});
