import { setTimeout as delay } from 'node:timers/promises';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './support/commands.ts';
import { Installation } from './support/installation.ts';
import { haveText, MODELS, play } from './support/scripts.ts';
import { expectWhole, type Viewed, view } from './support/viewer.ts';

// What the web pods depend on goes away while models answer: Redis, PostgreSQL, the API server.
const REDIS_DOWN_MS = 20_000;
const POSTGRES_DOWN_MS = 10_000;
/** Restarts the API server of the cluster, with some seconds in which there is none. */
const { TEST_RESTART_API_SERVER } = process.env;

let program: Installation;
let person: HttpPerson;
beforeAll(async () => {
  program = await Installation.create();
  person = await signUp(await program.address());
});
afterAll(() => program[Symbol.asyncDispose]());

/** One turn of so many words, in whose midst something is done. All must be stored and seen, whole. */
async function turnDuring(prompt: string, count: number, act: () => Promise<unknown>): Promise<Viewed> {
  play(program.gateway, count);
  const address = await program.address();
  const turn = await person.at(address).submit(MODELS, prompt);
  let acted: Promise<unknown> | undefined;
  const viewed = await view(person, turn, {
    addresses: async () => [address],
    onStates: (states) => {
      if (haveText(states, 100)) acted ??= act();
    },
  });
  expect(acted).toBeDefined();
  await acted;
  await expectWhole(person, turn, { states: viewed.states, gateway: program.gateway, address });
  await program.nothingLeft();
  return viewed;
}

/** Nobody reaches the part: its Service leads nowhere, and what was connected is cut by the end of its container. */
async function down(part: 'valkey' | 'postgresql', signal: string, ms: number): Promise<void> {
  const service = ['patch', 'service', `aideator-${part}`, '--type=json', '-p'];
  const selector = (op: object) => JSON.stringify([{ path: '/spec/selector/is-down', ...op }]);
  await program.kubectl(...service, selector({ op: 'add', value: 'yes' }));
  try {
    await program.exec(part, 'sh', '-c', `kill -${signal} 1`);
    await delay(ms);
  } finally {
    await program.kubectl(...service, selector({ op: 'remove' }));
  }
}

test('Redis that is flushed in the midst of answers costs no word', async () => {
  const flush = 'REDISCLI_AUTH="$VALKEY_PASSWORD" valkey-cli flushall';
  await turnDuring('Flushed', 300, () => program.exec('valkey', 'sh', '-c', flush));
});

test('Redis that is gone for 20 s and comes back empty costs no word', async () => {
  await turnDuring('Without Redis', 700, () => down('valkey', 'TERM', REDIS_DOWN_MS));
});

test('PostgreSQL that is gone for 10 s costs no word', async () => {
  await turnDuring('Without PostgreSQL', 400, () => down('postgresql', 'INT', POSTGRES_DOWN_MS));
});

test.runIf(TEST_RESTART_API_SERVER)('an API server that is restarted costs no word', async () => {
  const [command = '', ...args] = TEST_RESTART_API_SERVER?.split(' ') ?? [];
  await turnDuring('Without the API server', 500, () => run(command, args));
});
