import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { Pool } from 'pg';

/** The database itself: can open transactions of its own. */
export type Db = NodePgDatabase;

/** The database or an open transaction; what every query takes. */
export type DbOrTx = PgDatabase<NodePgQueryResultHKT>;

export interface DatabaseOptions {
  /** Connections at most. Default 10. */
  poolSizeMax?: number;
  /** Longest time of one statement. Default 15 000. */
  statementTimeoutMs?: number;
  /** Told about connections that broke while idle; the pool replaces them. */
  log?: (message: string, error: unknown) => void;
}

export interface Database {
  db: Db;
  /** Waits for the connections that are in use, then closes all. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;

/** A pool of connections to `url`. Connects when first used. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { poolSizeMax = 10, statementTimeoutMs = 15_000, log } = options;
  const pool = new Pool({
    connectionString: url,
    max: poolSizeMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    application_name: 'aideator',
  });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => log?.('idle database connection lost', error));
  // One that breaks between two statements of a transaction would, too; the statement that comes next says it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    db: drizzle(pool, { casing: 'snake_case' }),
    close: () => pool.end(),
  };
}
