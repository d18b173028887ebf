import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { isMigrated, migrate } from './migrate.ts';
import { dropTemplate, withClient, withDatabase } from './testing/template.ts';

async function emptyDatabase(): Promise<string> {
  const adminUrl = inject('databaseAdminUrl');
  const name = `aideator_test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`create database ${name}`));
  onTestFinished(() => dropTemplate(adminUrl, name));
  return withDatabase(adminUrl, name);
}

async function appliedMigrations(url: string): Promise<number> {
  const result = await withClient(url, (client) =>
    client.query('select count(*)::int as applied from drizzle.__drizzle_migrations'),
  );
  return result.rows[0].applied;
}

test('a second migration changes nothing', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const applied = await appliedMigrations(url);
  await migrate(url);
  expect(applied).toBeGreaterThan(0);
  expect(await appliedMigrations(url)).toBe(applied);
});

test('three concurrent starts all succeed and apply each migration once', async () => {
  const once = await emptyDatabase();
  await migrate(once);
  for (let round = 0; round < 3; round += 1) {
    const url = await emptyDatabase();
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await appliedMigrations(url)).toBe(await appliedMigrations(once));
  }
});

test('a start waits for a concurrent migration, up to the lock timeout', async () => {
  const url = await emptyDatabase();
  await withClient(url, async (other) => {
    await other.query("select pg_advisory_lock(hashtext('aideator.migrate'))");
    await expect(migrate(url, { lockTimeoutSeconds: 1 })).rejects.toThrow('lock timeout');
  });
  await migrate(url, { lockTimeoutSeconds: 1 });
});

test('a missing folder is an error, and no connection stays open', async () => {
  const url = await emptyDatabase();
  await expect(migrate(url, { migrationsFolder: '/nowhere' })).rejects.toThrow();
  const result = await withClient(url, (client) =>
    client.query(
      "select 1 from pg_stat_activity where datname = current_database() and application_name = 'aideator-migrate'",
    ),
  );
  expect(result.rows).toEqual([]);
});

test('a database that lacks a migration is not ready; one with newer migrations is', async () => {
  const url = await emptyDatabase();
  expect(await isMigrated(url)).toBe(false);
  await migrate(url);
  expect(await isMigrated(url)).toBe(true);
  const shift = (milliseconds: number) =>
    withClient(url, (client) =>
      client.query('update drizzle.__drizzle_migrations set created_at = created_at + $1', [milliseconds]),
    );
  await shift(1_000);
  expect(await isMigrated(url)).toBe(true);
  await shift(-2_000);
  expect(await isMigrated(url)).toBe(false);
});

/** A folder with the migrations up to and including this one. */
async function migrationsUpTo(newest: string): Promise<string> {
  const all = fileURLToPath(new URL('../migrations', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'aideator-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(all, folder, { recursive: true });
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
  const end = journal.entries.findIndex(({ tag }) => tag === newest) + 1;
  if (end === 0) throw new Error(`no migration ${newest}`);
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
  return folder;
}

const OLD_ROWS = `
  insert into users (id, email, name, role) values ('usr_1', 'a@example.com', 'A', 'admin');
  insert into sessions (id, user_id, title) values ('ses_1', 'usr_1', 'T');
  insert into turns (id, session_id, user_id, number, mode, prompt, idempotency_key)
    values ('trn_1', 'ses_1', 'usr_1', 1, 'compare', 'P', 'key');
  insert into responses (id, turn_id, position, model_id, model_name, attempt, status, text, finish_reason)
    values ('rsp_1', 'trn_1', 0, 'm', 'M', 1, 'completed', 'answer', 'stop'),
           ('rsp_2', 'trn_1', 1, 'm2', 'M2', 1, 'failed', '', null);
  insert into runs (id, response_id, attempt, status, token_sha256, parameters)
    values ('run_1', 'rsp_1', 1, 'completed', 'x', '{"maxOutputTokens":4096}');
  insert into preferences (id, turn_id, user_id, verdict, response_id)
    values ('prf_1', 'trn_1', 'usr_1', 'response', 'rsp_1');
  insert into models (id, name, provider, provider_name, server_key) values ('m', 'M', 'p', 'P', true);`;

test('rows of an older version survive the migrations and get no parameters', async () => {
  const url = await emptyDatabase();
  await migrate(url, { migrationsFolder: await migrationsUpTo('0003_cancel_requested') });
  await withClient(url, (client) => client.query(OLD_ROWS));
  await migrate(url);
  const { rows } = await withClient(url, (client) =>
    client.query(`select r.id, r.text, r.finish_reason, r.parameters, run.parameters as run_parameters, p.verdict
      from responses r left join runs run on run.response_id = r.id left join preferences p on p.response_id = r.id
      order by r.position`),
  );
  expect(rows).toEqual([
    {
      id: 'rsp_1',
      text: 'answer',
      finish_reason: 'stop',
      parameters: {},
      run_parameters: { maxOutputTokens: 4_096 },
      verdict: 'response',
    },
    { id: 'rsp_2', text: '', finish_reason: null, parameters: {}, run_parameters: null, verdict: null },
  ]);
});

/** Verdicts as the version without ballots stored them: one of each kind, and what the person had chosen before. */
const OLD_VERDICTS = `
  insert into users (id, email, name, role) values ('usr_1', 'a@example.com', 'A', 'admin');
  insert into sessions (id, user_id, title) values ('ses_1', 'usr_1', 'T');
  insert into turns (id, session_id, user_id, number, mode, prompt, idempotency_key)
    select 'trn_' || kind, 'ses_1', 'usr_1', number, 'compare', 'P', kind
    from unnest(array['pick', 'tie', 'none', 'bare']) with ordinality as kinds(kind, number);
  insert into responses (id, turn_id, position, model_id, model_name, parameters, attempt, status, text, answered_by)
    select 'rsp_' || substr(turns.id, 5) || '_' || letter, turns.id, place - 1, 'm-' || letter, 'M', '{"temperature":1}',
      1, case letter when 'c' then 'failed' else 'completed' end,
      case when letter = 'c' or turns.id = 'trn_bare' then '' else 'answer' end, 'm-' || letter || '-2026'
    from turns, unnest(array['a', 'b', 'c']) with ordinality as letters(letter, place);
  insert into runs (id, response_id, attempt, status, token_sha256, parameters, created_at)
    select 'run_' || substr(id, 5), id, 1, status, 'x', '{}', now() - interval '1 hour' from responses;
  insert into preferences (id, turn_id, user_id, verdict, response_id, feedback, created_at, superseded_at) values
    ('prf_old', 'trn_pick', 'usr_1', 'response', 'rsp_pick_b', 'at first', now() - interval '30 minutes', now()),
    ('prf_pick', 'trn_pick', 'usr_1', 'response', 'rsp_pick_a', 'clearer', now(), null),
    ('prf_tie', 'trn_tie', 'usr_1', 'tie', null, 'both', now(), null),
    ('prf_none', 'trn_none', 'usr_1', 'none', null, 'neither', now(), null),
    ('prf_bare', 'trn_bare', 'usr_1', 'tie', null, null, now(), null);
  -- b was retried between the two verdicts.
  update responses set attempt = 2 where id = 'rsp_pick_b';
  insert into runs (id, response_id, attempt, status, token_sha256, parameters, created_at)
    values ('run_again', 'rsp_pick_b', 2, 'completed', 'x', '{}', now() - interval '10 minutes');`;

test('verdicts from before there were ballots become ballots and keep their feedback and history', async () => {
  const url = await emptyDatabase();
  await migrate(url, { migrationsFolder: await migrationsUpTo('0010_sign_ins') });
  await withClient(url, (client) => client.query(OLD_VERDICTS));
  const select = 'select id, verdict, response_id, feedback, superseded_at from preferences order by id';
  const before = await withClient(url, (client) => client.query(select));
  await migrate(url);
  const after = await withClient(url, (client) => client.query(select));
  expect(after.rows).toEqual(before.rows);
  const ballots = await withClient(url, (client) =>
    client.query(`select preference_id as id, array_agg(model_id order by place) filter (where tier = 1) as best,
        count(*)::int as shown, count(*) filter (where tier > 1 or is_worst)::int as more
      from ballot_entries group by preference_id order by preference_id`),
  );
  expect(ballots.rows).toEqual([
    { id: 'prf_bare', best: ['m-a', 'm-b', 'm-c'], shown: 3, more: 0 },
    { id: 'prf_none', best: null, shown: 3, more: 0 },
    { id: 'prf_old', best: ['m-b'], shown: 3, more: 0 },
    { id: 'prf_pick', best: ['m-a'], shown: 3, more: 0 },
    { id: 'prf_tie', best: ['m-a', 'm-b'], shown: 3, more: 0 },
  ]);
});

test('migrated ballots say what was judged: the attempt of that time, and nothing that only a later one knows', async () => {
  const url = await emptyDatabase();
  await migrate(url, { migrationsFolder: await migrationsUpTo('0010_sign_ins') });
  await withClient(url, (client) => client.query(OLD_VERDICTS));
  await migrate(url);
  const { rows } = await withClient(url, (client) =>
    client.query(`select preference_id, place, status, attempt, answered_by, text_chars, parameters
      from ballot_entries where response_id in ('rsp_pick_b', 'rsp_pick_c') order by preference_id, place`),
  );
  const common = { parameters: { temperature: 1 } };
  const failed = {
    ...common,
    place: 2,
    status: 'failed',
    attempt: 1,
    answered_by: 'm-c-2026',
    text_chars: 0,
  };
  const retried = { ...common, place: 1, status: 'completed' };
  expect(rows).toEqual([
    { preference_id: 'prf_old', ...retried, attempt: 1, answered_by: null, text_chars: null },
    { preference_id: 'prf_old', ...failed },
    { preference_id: 'prf_pick', ...retried, attempt: 2, answered_by: 'm-b-2026', text_chars: 6 },
    { preference_id: 'prf_pick', ...failed },
  ]);
});
