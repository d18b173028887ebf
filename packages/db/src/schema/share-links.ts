import { index, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { sessions } from './sessions.ts';
import { users } from './users.ts';

/** Read-only links to a session. The token itself is never stored. */
export const shareLinks = pgTable(
  'share_links',
  {
    id: id('shareLink').primaryKey(),
    sessionId: id('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    userId: id('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Hex. */
    tokenSha256: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant(),
    revokedAt: instant(),
  },
  (table) => [
    unique('share_links_token_sha256_key').on(table.tokenSha256),
    index('share_links_session_id_idx').on(table.sessionId),
    index('share_links_user_id_idx').on(table.userId),
  ],
);
