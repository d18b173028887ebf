import { setTimeout as delay } from 'node:timers/promises';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './support/commands.ts';
import { Installation } from './support/installation.ts';
import { haveText, MODELS, play } from './support/scripts.ts';
import { expectWhole, type Viewed, view } from './support/viewer.ts';

// Outages of what the web pods depend on, during a turn: Redis, PostgreSQL, the API server.
const REDIS_DOWN_MS = 20_000;
const POSTGRES_DOWN_MS = 10_000;
/** A command that restarts the API server with an outage of some seconds. */
const { TEST_RESTART_API_SERVER } = process.env;

let program: Installation;
let person: HttpPerson;
beforeAll(async () => {
  program = await Installation.create();
  person = await signUp(await program.address());
});
afterAll(() => program[Symbol.asyncDispose]());

/** Runs a turn of this many words with an action in the middle. Expects the whole text to be shown and stored. */
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

/** Makes a part unreachable: its Service selects nothing, and the end of its container closes open connections. */
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

test('no text is lost when Redis is flushed during a turn', async () => {
  const flush = 'REDISCLI_AUTH="$VALKEY_PASSWORD" valkey-cli flushall';
  await turnDuring('Flushed', 300, () => program.exec('valkey', 'sh', '-c', flush));
});

test('no text is lost when Redis is down for 20 s and comes back empty', async () => {
  await turnDuring('Without Redis', 700, () => down('valkey', 'TERM', REDIS_DOWN_MS));
});

test('no text is lost when PostgreSQL is down for 10 s', async () => {
  await turnDuring('Without PostgreSQL', 400, () => down('postgresql', 'INT', POSTGRES_DOWN_MS));
});

test.runIf(TEST_RESTART_API_SERVER)('no text is lost when the API server restarts', async () => {
  const [command = '', ...args] = TEST_RESTART_API_SERVER?.split(' ') ?? [];
  await turnDuring('Without the API server', 500, () => run(command, args));
});
