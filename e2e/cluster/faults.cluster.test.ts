import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { kubectl, run } from './support/commands.ts';
import { addressOf, Installation, items, type Pod, TEST_HOST } from './support/installation.ts';
import { haveText, MODELS, play, words } from './support/scripts.ts';
import { startTcpProxy, type TcpProxy } from './support/tcp-proxy.ts';
import { expectWhole, storedTexts, view } from './support/viewer.ts';

// Faults during a turn: web pods, connections to the API server, run pods. The web pods reach the API server through a proxy on
// this machine, which can reset their connections.
let apiServer: TcpProxy;
let program: Installation;
let person: HttpPerson;
beforeAll(async () => {
  const [endpoints] = await items<Endpoints>('endpoints', '--namespace', 'default');
  const { addresses, ports } = endpoints?.subsets[0] ?? {};
  const target = { host: addresses?.[0]?.ip ?? '', port: ports?.[0]?.port ?? 0 };
  apiServer = await startTcpProxy({ host: TEST_HOST }, target);
  const extraEnv = { KUBERNETES_SERVICE_HOST: TEST_HOST, KUBERNETES_SERVICE_PORT: String(apiServer.port) };
  program = await Installation.create({ values: { web: { replicas: 2, extraEnv } } });
  person = await signUp(await program.address());
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await apiServer[Symbol.asyncDispose]();
});

interface Endpoints {
  subsets: { addresses: { ip: string }[]; ports: { port: number }[] }[];
}

/** The person, connected to a web pod that is ready. */
const here = async () => person.at(await program.address());

const context = async (states: readonly ResponseState[]) => ({
  states,
  gateway: program.gateway,
  address: await program.address(),
});

test('no text is lost when the collecting web pod is killed: the other pod adopts the turn within 20 s', async () => {
  play(program.gateway, 600);
  const [victim, other] = await program.webPods();
  if (!victim || !other) throw new Error('two web pods are needed');
  const turn = await person.at(addressOf(victim)).submit(MODELS, 'Survive');
  let killed: Promise<string> | undefined;
  const { states, longestGapMs } = await view(person, turn, {
    addresses: async () => [addressOf(other)],
    onStates: (now) => {
      const atOnce = ['--grace-period=0', '--force'];
      if (haveText(now, 100)) killed ??= program.kubectl('delete', 'pod', victim.metadata.name, ...atOnce);
    },
  });
  await killed;
  await expectWhole(person, turn, await context(states));
  expect(longestGapMs).toBeLessThan(20_000);
  await program.nothingLeft();
});

test('no text is lost when all connections to the API server are reset 20 times', async () => {
  play(program.gateway, 600);
  const turn = await (await here()).submit(MODELS, 'Resets');
  const resets: number[] = [];
  const { states } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      // Wait until all logs are connected again.
      if (resets.length < 20 && apiServer.open >= MODELS.length && haveText(now, 40))
        resets.push(apiServer.reset());
    },
  });
  expect(resets).toHaveLength(20);
  await expectWhole(person, turn, await context(states));
  await program.nothingLeft();
});

test('a deleted pod fails only its own response, with a reason and the text so far, and a retry works', async () => {
  play(program.gateway, 200);
  const turn = await (await here()).submit(MODELS, 'Deleted');
  let deleted: Promise<Pod> | undefined;
  const { states } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      if (haveText(now, 100)) deleted ??= deletePodOf(turn.id, 'b');
    },
  });
  await deleted;
  expect(states.map(({ status }) => status)).toEqual(['completed', 'interrupted', 'completed', 'completed']);
  const [, cut] = states;
  expect(cut?.text.length).toBeGreaterThan(100);
  expect(words('b', 200).startsWith(cut?.text ?? '-')).toBe(true);
  expect((await storedTexts(await here(), turn)).get('b')).toBe(cut?.text);

  if (!cut) throw new Error('no second response');
  await (await here()).retry(cut.responseId);
  const again = await view(person, turn, { addresses: () => program.addresses() });
  expect(again.states.map(({ text }) => text)).toEqual(MODELS.map((model) => words(model, 200)));
  await program.nothingLeft();
});

async function deletePodOf(turnId: TurnId, model: string): Promise<Pod> {
  const pod = (await program.runPods(turnId)).find(
    ({ metadata }) => metadata.labels['aideator/model'] === model,
  );
  if (!pod) throw new Error(`no pod of ${model}`);
  await kubectl('--namespace', program.runsNamespace, 'delete', 'pod', pod.metadata.name, '--wait=false');
  return pod;
}

test('a second pod for the same run is refused: it calls no model and changes no text', async () => {
  play(program.gateway, 200);
  const turn = await (await here()).submit(MODELS, 'Twice');
  let second: Promise<string> | undefined;
  const { states } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      if (haveText(now, 40)) second ??= startSecondPod(turn.id);
    },
  });
  const exitCode = await second;
  expect(Number(exitCode)).toBeGreaterThan(0);
  // This includes that each model was called once.
  await expectWhole(person, turn, await context(states));
  await kubectl('--namespace', program.runsNamespace, 'delete', 'pod', 'second', '--ignore-not-found');
  await program.nothingLeft();
});

/** Copies the first model's pod with its labels and token, so that its Job adopts the copy. Resolves with its exit code. */
async function startSecondPod(turnId: TurnId): Promise<string> {
  const [pod] = await program.runPods(turnId);
  if (!pod) throw new Error('no pod to copy');
  const { nodeName: _, ...spec } = pod.spec as Pod['spec'] & { nodeName?: string };
  const { labels } = pod.metadata;
  const namespace = ['--namespace', program.runsNamespace];
  const copy = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'second', labels }, spec };
  await run('kubectl', [...namespace, 'create', '-f', '-'], JSON.stringify(copy));
  await kubectl(...namespace, 'wait', 'pod/second', '--for=jsonpath={.status.phase}=Failed', '--timeout=30s');
  const exitCode = '{.status.containerStatuses[0].state.terminated.exitCode}';
  return kubectl(...namespace, 'get', 'pod', 'second', '-o', `jsonpath=${exitCode}`);
}

test('if a quota allows two of four runs, two respond and two fail with that reason', async () => {
  play(program.gateway, 900);
  const quota = [
    '--namespace',
    program.runsNamespace,
    'patch',
    'resourcequota',
    'aideator-runs',
    '--type=merge',
    '-p',
  ];
  const hard = async (pods: string) => {
    await kubectl(...quota, JSON.stringify({ spec: { hard: { pods } } }));
    const status = ['get', 'resourcequota', 'aideator-runs', '-o', 'jsonpath={.status.hard.pods}'];
    await expect
      .poll(() => kubectl('--namespace', program.runsNamespace, ...status), { timeout: 10_000 })
      .toBe(pods);
  };
  await hard('2');
  onTestFinished(() => hard('120'));
  const turn = await (await here()).submit(MODELS, 'Quota');
  const { states } = await view(person, turn, { addresses: () => program.addresses() });
  const [failed, completed] = ['failed', 'completed'].map((status) =>
    states.filter((each) => each.status === status),
  );
  expect(completed?.map(({ text }) => text.split(' ').length)).toEqual([900, 900]);
  expect(failed?.map(({ error, text }) => [error?.code, text])).toEqual(
    Array(2).fill(['run_start_failed', '']),
  );
  expect(failed?.map(({ error }) => error?.detail)).toEqual(Array(2).fill(expect.stringMatching(/quota/)));
  await program.nothingLeft();
});

test('responses are whole if the node rotates their logs meanwhile', async () => {
  // About 400 KB of log each in 15 s, so that a node with small log files (CLUSTER_LOG_MAX) rotates them.
  const text = (model: string) =>
    Array.from({ length: 1_500 }, (_, i) => `${model}${i}`.padEnd(200, '.')).join(' ');
  for (const model of MODELS) program.gateway.setScript(model, { text: text(model), tokensPerSecond: 100 });
  const turn = await (await here()).submit(MODELS, 'Long');
  const { states } = await view(person, turn, { addresses: () => program.addresses() });
  await expectWhole(person, turn, await context(states));
  await program.nothingLeft();
});
