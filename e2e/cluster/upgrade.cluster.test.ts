import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './support/installation.ts';
import { haveText, MODELS, play } from './support/scripts.ts';
import { expectWhole, view } from './support/viewer.ts';

// Upgrades under way, and settings with which no runner can work. In order: each test leaves the program ready for the next.
let program: Installation;
let person: HttpPerson;
beforeAll(async () => {
  program = await Installation.create();
  person = await signUp(await program.address());
});
afterAll(() => program[Symbol.asyncDispose]());

const here = async () => person.at(await program.address());

/** How the answers of a new turn end. */
async function errorsOf(prompt: string) {
  const turn = await (await here()).submit(MODELS, prompt);
  const { states } = await view(person, turn, { addresses: () => program.addresses() });
  return states.map(({ error, text }) => ({ code: error?.code, detail: error?.detail, text }));
}

test('a rolling upgrade in the midst of answers costs no word', async () => {
  play(program.gateway, 1_200);
  const before = (await program.webPods()).map(({ metadata }) => metadata.name);
  const turn = await (await here()).submit(MODELS, 'Upgraded');
  let upgraded: Promise<void> | undefined;
  const { states, longestGapMs } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      if (haveText(now, 100)) upgraded ??= program.upgrade('web.podAnnotations.upgrade=first');
    },
  });
  await upgraded;
  const after = (await program.webPods()).map(({ metadata }) => metadata.name);
  expect(after.filter((name) => before.includes(name))).toEqual([]);
  const address = await program.address();
  await expectWhole(person, turn, { states, gateway: program.gateway, address });
  // Leases are handed over, so that nobody waits for their end.
  expect(longestGapMs).toBeLessThan(10_000);
  await program.nothingLeft();
});

test('an image that does not exist fails each answer with a reason that names it', async () => {
  play(program.gateway, 20);
  await program.upgrade('runner.image.tag=none');
  const failed = {
    code: 'run_start_failed',
    detail: expect.stringContaining('aideator/runner:none'),
    text: '',
  };
  expect(await errorsOf('Without an image')).toEqual(MODELS.map(() => failed));
  await program.nothingLeft();
});

test('a runner over its memory limit fails its answer with a reason that says so', async () => {
  await program.upgrade('runner.resources.limits.memory=12Mi', 'runner.resources.requests.memory=12Mi');
  const failed = { code: 'runner_crashed', detail: expect.stringContaining('memory'), text: '' };
  expect(await errorsOf('Without memory')).toEqual(MODELS.map(() => failed));
  await program.nothingLeft();
});
