import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from '@aideator/db/testing/global-setup';
import { dropTemplate, withClient, withDatabase } from '@aideator/db/testing/template';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { ROOT } from '../start/env.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aideator-migrate-'));
  await cp(join(ROOT, 'packages', 'db', 'migrations'), join(dir, 'migrations'), { recursive: true });
  expect(await run(['build.ts', join(dir, 'migrate.mjs')], {}, import.meta.dirname)).toMatchObject({
    code: 0,
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function run(args: readonly string[], env: Record<string, string>, cwd = dir) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => output.push(text));
  }
  const [code] = await once(child, 'close');
  return { code, output: output.join('') };
}

/** The one file, outside the repository, as in the image. */
const migrate = (url: string, ...args: readonly string[]) =>
  run(['migrate.mjs', ...args], {
    DATABASE_URL: url,
    MIGRATIONS_DIR: join(dir, 'migrations'),
    WAIT_SECONDS: args.length > 0 ? '60' : '1',
  });

async function emptyDatabase(): Promise<string> {
  const adminUrl = inject('databaseAdminUrl');
  const name = `aideator_test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`create database ${name}`));
  onTestFinished(() => dropTemplate(adminUrl, name));
  return withDatabase(adminUrl, name);
}

test('the bundled program migrates, and a waiting one ends when that is done', async () => {
  const url = await emptyDatabase();
  const waiting = migrate(url, '--wait');
  expect(await migrate(url)).toMatchObject({ code: 0 });
  expect(await waiting).toMatchObject({ code: 0, output: expect.stringMatching(/has the expected schema/) });
});

test('a refusing database ends the program with the reason and without the password', async () => {
  const url = new URL(await emptyDatabase());
  url.password = 'wrong-on-purpose';
  const { code, output } = await migrate(url.href);
  expect(code).toBe(1);
  expect(output).toMatch(/password authentication failed/);
  expect(output).not.toContain('wrong-on-purpose');
});

test('an invalid address is reported by its variable, not by its value', async () => {
  const { code, output } = await migrate('mysql://secret@host/db');
  expect(code).toBe(1);
  expect(output).toMatch(/DATABASE_URL/);
  expect(output).not.toContain('secret');
});
