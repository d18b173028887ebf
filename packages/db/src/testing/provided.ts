import type {} from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a database and a user that can create clones. */
    databaseAdminUrl: string;
    databaseTemplate: string;
  }
}
