import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { Pool, type PoolClient } from 'pg';

/** The database itself, which can open transactions. */
export type Db = NodePgDatabase;

/** The database or an open transaction. The first parameter of every query. */
export type DbOrTx = PgDatabase<NodePgQueryResultHKT>;

export interface DatabaseOptions {
  /** Maximum number of connections. Default 10. */
  poolSizeMax?: number;
  /** Longest time of one statement. Default 15,000. */
  statementTimeoutMs?: number;
  /** Called for connections that broke while idle. The pool replaces them. */
  log?: (message: string, error: unknown) => void;
}

export interface Database {
  db: Db;
  /** Waits for the connections in use, then closes all. */
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
  // Without a listener, a connection that breaks while idle ends the process.
  pool.on('error', (error) => log?.('idle database connection lost', error));
  // So does one that breaks between two statements of a transaction. The next statement reports the error.
  pool.on('connect', (client) => client.on('error', () => {}));
  releaseBrokenClients(pool);
  return {
    db: drizzle(pool, { casing: 'snake_case' }),
    close: () => pool.end(),
  };
}

/**
 * Releases a connection to the pool as soon as it breaks. Drizzle's `transaction` never releases one whose `begin` fails.
 * After enough such failures the pool would be empty and every query would wait forever.
 */
function releaseBrokenClients(pool: Pool): void {
  const connect = pool.connect.bind(pool);
  const connectAndWatch = async (): Promise<PoolClient> => {
    const client = await connect();
    const release = client.release.bind(client);
    let isReleased = false;
    const releaseOnce = (error?: Error | boolean): void => {
      if (isReleased) return;
      isReleased = true;
      client.removeListener('end', onEnd);
      release(error);
    };
    const onEnd = (): void => releaseOnce(true);
    client.release = releaseOnce;
    client.once('end', onEnd);
    return client;
  };
  // `pool.query` uses the callback form and releases by itself.
  pool.connect = ((callback?: Parameters<typeof connect>[0]) =>
    callback ? connect(callback) : connectAndWatch()) as typeof pool.connect;
}
