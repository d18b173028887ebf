import { join } from 'node:path';
import { operatorText } from '@aideator/contract/error-facts';
import { migrate } from '@aideator/db/migrate';
import { startPostgres } from '@aideator/local/postgres/server';
import { type Context, inStep } from './context.ts';

/** Starts PostgreSQL unless `DATABASE_URL` names one, and migrates it. Returns its address. */
export async function startDatabase(context: Context): Promise<string> {
  const { settings, parts, signal, onDeath } = context;
  return inStep(context, 'Database', async (update) => {
    let url = settings.databaseUrl;
    if (url === undefined) {
      const log = context.logFile('postgres');
      const server = await startPostgres({
        dataDir: join(settings.home, 'postgres'),
        log: (line) => log.write(line),
        onProgress: update,
      });
      parts.add('postgres', () => server.close());
      void server.exited.then(() =>
        onDeath(`The database ended unexpectedly.\n${log.tail()}\n(${log.path})`),
      );
      url = server.url;
    }
    signal.throwIfAborted();
    update('bringing the schema up to date');
    try {
      await migrate(url);
    } catch (cause) {
      if (settings.databaseUrl === undefined) throw cause;
      throw new Error(`The database in DATABASE_URL cannot be used: ${operatorText(cause)}`, { cause });
    }
    return { value: url, text: settings.databaseUrl === undefined ? 'Database' : 'Database (DATABASE_URL)' };
  });
}
