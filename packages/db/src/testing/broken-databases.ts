import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { withClient } from './template.ts';

/** A database whose statements fail, at `url`. */
export interface BrokenDatabase extends AsyncDisposable {
  url: string;
}

/** Message types of the protocol: a simple query, and a parse, which parameters follow. */
const STATEMENT_MESSAGES = ['Q', 'P'].map((letter) => letter.charCodeAt(0));

const TABLES = `select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE'`;

async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(TABLES);
  return rows.map(({ name }) => name);
}

/** Every statement names a missing column. */
export async function withoutColumns(url: string): Promise<BrokenDatabase> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ table: string; column: string }>(
      `select table_name as "table", column_name as "column" from information_schema.columns
       where table_schema = 'public'`,
    );
    for (const { table, column } of rows)
      await client.query(`alter table "${table}" rename column "${column}" to "${column}_gone"`);
  });
  return { url, [Symbol.asyncDispose]: async () => undefined };
}

/** Every write violates a constraint, and the server's error quotes the whole row. */
export async function withBrokenConstraints(url: string): Promise<BrokenDatabase> {
  await withClient(url, async (client) => {
    await client.query(`create function refuse() returns trigger language plpgsql as $$
      begin
        raise exception 'refused: %', coalesce(new, old)
          using errcode = '23505', detail = coalesce(new, old)::text, constraint = 'made_up_key';
      end $$`);
    for (const table of await tablesOf(client))
      await client.query(`create trigger refuse before insert or update or delete on "${table}"
        for each row execute function refuse()`);
  });
  return { url, [Symbol.asyncDispose]: async () => undefined };
}

/** Every statement waits for a lock until it times out. */
export async function withLockedTables(url: string): Promise<BrokenDatabase> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const tables = (await tablesOf(client)).map((name) => `"${name}"`).join(', ');
  await client.query('begin');
  await client.query(`lock table ${tables} in access exclusive mode`);
  return { url, [Symbol.asyncDispose]: () => client.end() };
}

/** Every connection is cut at its first statement. */
export async function withCutConnections(url: string): Promise<BrokenDatabase> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection({ host: target.hostname, port: Number(target.port) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (bytes: Buffer) => {
      if (STATEMENT_MESSAGES.includes(bytes[0] ?? 0)) near.destroy();
      else far.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = new URL(url);
  cut.hostname = '127.0.0.1';
  cut.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return {
    url: cut.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
