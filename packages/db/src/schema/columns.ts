import type { Id, IdKind } from '@aideator/contract/ids';
import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, customType, text, timestamp } from 'drizzle-orm/pg-core';

/** `timestamptz(3)`, which a JavaScript Date represents exactly, so that a cursor made from one finds its row. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });

/** Raw bytes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
});

/** The id of a row of this kind, as primary or foreign key. */
export const id = <K extends IdKind>(_kind: K) => text().$type<Id<K>>();

/** Condition of a check or a partial index: the column has one of the values of a list in the contract. */
export function oneOf(column: AnyPgColumn, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
}

/** Condition of a check: the text array contains only values of a list in the contract. */
export function subsetOf(column: AnyPgColumn, values: readonly string[]): SQL {
  return sql`${column} <@ array[${sql.raw(values.map((value) => `'${value}'`).join(', '))}]::text[]`;
}

/** A literal number for a check, which cannot have parameters. */
export const literal = (value: number): SQL => sql.raw(String(value));
