import { join } from 'node:path';
import { migrate } from '@aideator/db/migrate';
import { startPostgres } from '@aideator/local/postgres/server';
import { type Context, inStep } from './context.ts';

/** Starts PostgreSQL unless `DATABASE_URL` names one, and brings its schema up to date. Answers its address. */
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
      throw new Error(`The database of DATABASE_URL cannot be used: ${reason(cause)}`, { cause });
    }
    return { value: url, text: settings.databaseUrl === undefined ? 'Database' : 'Database (DATABASE_URL)' };
  });
}

/** The message of an error, or of the errors inside one that has none. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join(', ');
  return error instanceof Error ? error.message : String(error);
}
