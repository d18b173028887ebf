import { customType, timestamp } from 'drizzle-orm/pg-core';

/** `timestamptz(3)`: a JavaScript Date holds it exactly, so that a cursor made of one finds its row again. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });

/** Raw bytes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
});
