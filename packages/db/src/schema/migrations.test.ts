import { readFile } from 'node:fs/promises';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import * as schema from './index.ts';

type Snapshot = Parameters<typeof generateMigration>[0];

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../migrations/meta/${name}`, import.meta.url), 'utf8'));

test('the migrations produce the schema that the code declares, including its checks', async () => {
  const { entries } = (await read('_journal.json')) as { entries: { idx: number }[] };
  const newest = String(entries.at(-1)?.idx).padStart(4, '0');
  const migrated = (await read(`${newest}_snapshot.json`)) as Snapshot;
  const declared = generateDrizzleJson(schema, migrated.id, undefined, 'snake_case');
  expect(await generateMigration(migrated, declared)).toEqual([]);
});
