import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './support/installation.ts';
import { haveText, MODELS, play } from './support/scripts.ts';
import { expectWhole, view } from './support/viewer.ts';

// Upgrades during a turn, and settings that no runner can work with. The tests run in order.
let program: Installation;
let person: HttpPerson;
beforeAll(async () => {
  program = await Installation.create();
  person = await signUp(await program.address());
});
afterAll(() => program[Symbol.asyncDispose]());

const here = async () => person.at(await program.address());

/** Returns how the responses of a new turn end. */
async function errorsOf(prompt: string) {
  const turn = await (await here()).submit(MODELS, prompt);
  const { states } = await view(person, turn, { addresses: () => program.addresses() });
  return states.map(({ error, text }) => ({ code: error?.code, detail: error?.detail, text }));
}

test('no text is lost during a rolling upgrade', async () => {
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
  // Leases are released, so that no replica waits for them to expire.
  expect(longestGapMs).toBeLessThan(10_000);
  await program.nothingLeft();
});

test('an image that does not exist fails each response with a reason that names the image', async () => {
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

test('a runner that exceeds its memory limit fails its response with that reason', async () => {
  await program.upgrade('runner.resources.limits.memory=12Mi', 'runner.resources.requests.memory=12Mi');
  const failed = { code: 'runner_crashed', detail: expect.stringContaining('memory'), text: '' };
  expect(await errorsOf('Without memory')).toEqual(MODELS.map(() => failed));
  await program.nothingLeft();
});
