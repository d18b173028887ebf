import type {} from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a database in which clones may be made, as somebody who may. */
    databaseAdminUrl: string;
    databaseTemplate: string;
  }
}
