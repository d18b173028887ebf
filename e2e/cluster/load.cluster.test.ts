import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './support/installation.ts';
import { MODELS, play } from './support/scripts.ts';
import { expectWhole, view } from './support/viewer.ts';

const TURNS = 20;
/** With 5 turns each, no person has more runs than places. */
const PEOPLE = 4;

let program: Installation;
let people: HttpPerson[];
beforeAll(async () => {
  // 80 runners must fit on a node with two CPUs. The scheduler counts requests.
  const runner = {
    resources: { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  };
  program = await Installation.create({ values: { runner } });
  const addresses = await program.addresses();
  people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, i) => signUp(addresses[i % addresses.length] ?? '')),
  );
});
afterAll(() => program[Symbol.asyncDispose]());

test('20 concurrent turns of four models are 80 Jobs, whose responses are shown whole and stored once', async () => {
  play(program.gateway, 100);
  const turns = await Promise.all(
    Array.from({ length: TURNS }, async (_, i) => {
      const person = people[i % people.length];
      if (!person) throw new Error('nobody is signed in');
      return { person, turn: await person.submit(MODELS, `Turn ${String(i).padStart(2, '0')} of many`) };
    }),
  );
  const address = await program.address();
  await Promise.all(
    turns.map(async ({ person, turn }) => {
      const { states } = await view(person, turn, { addresses: () => program.addresses() });
      await expectWhole(person, turn, { states, gateway: program.gateway, address });
    }),
  );
  expect(program.gateway.requests).toHaveLength(TURNS * MODELS.length);
  const results = `select count(*), count(distinct response_id) from runs where status = 'completed'`;
  const psql = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U aideator -At aideator -c "${results}"`;
  expect((await program.exec('postgresql', 'sh', '-c', psql)).trim()).toBe('80|80');
  await program.nothingLeft();
});
