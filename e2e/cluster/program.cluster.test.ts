import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnView } from '@aideator/contract/views';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The whole program on the cluster of KUBECONFIG, as the chart installs it: two web pods, a Job per model. The gateway is
// the scripted one, on this machine under TEST_HOST. Images: charts/aideator/tests/images/build.sh.
const { TEST_HOST = '198.18.0.1' } = process.env;
const CHART_DIR = join(resolve(import.meta.dirname, '..', '..'), 'charts', 'aideator');
const NAMESPACE = `program-test-${randomBytes(3).toString('hex')}`;
const RUNS = `${NAMESPACE}-runs`;
const INSTALL_MS = 300_000;
const MODELS = ['a', 'b', 'c', 'd'];
const CANARY = `sk-canary-${randomBytes(12).toString('hex')}`;

let gateway: ScriptedGateway;
let person: HttpPerson;

function run(command: 'helm' | 'kubectl', args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    timeout: INSTALL_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}\n${stderr}`);
  return stdout;
}
const kubectl = (...args: string[]) => run('kubectl', args);
const items = <T>(...args: string[]): T[] =>
  (JSON.parse(kubectl('get', ...args, '-o', 'json')) as { items: T[] }).items;

interface Pod {
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    automountServiceAccountToken?: boolean;
    containers: { resources: { limits?: Record<string, string> } }[];
    volumes?: unknown[];
  };
  status: { podIP?: string; conditions?: { type: string; status: string }[] };
}
const runPods = (turnId: string) => items<Pod>('pods', '-n', RUNS, '-l', `aideator/turn=${turnId}`);
const isReady = (pod: Pod) =>
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
const webPods = () =>
  items<Pod>('pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/component=web').filter(isReady);
const addressOf = (pod: Pod) => `http://${pod.status.podIP}:3000`;

function values(): string {
  const rule = { to: [{ ipBlock: { cidr: `${TEST_HOST}/32` } }] };
  return JSON.stringify({
    web: { replicas: 2 },
    gateway: { enabled: false, external: { url: gateway.baseUrl } },
    networkPolicy: { externalGateway: [rule] },
  });
}

beforeAll(async () => {
  gateway = await startScriptedGateway({ host: TEST_HOST });
  kubectl('create', 'namespace', NAMESPACE);
  const standIns = join(CHART_DIR, 'tests', 'stand-in-values.yaml');
  const args = [
    'install',
    'aideator',
    CHART_DIR,
    '--namespace',
    NAMESPACE,
    '--values',
    standIns,
    '--values',
    '-',
  ];
  run('helm', [...args, '--wait', '--timeout', '4m'], values());
  const [pod] = webPods();
  if (!pod) throw new Error('no web pod is ready');
  person = await signUp(addressOf(pod));
}, INSTALL_MS);
afterAll(async () => {
  spawnSync('helm', ['uninstall', 'aideator', '--namespace', NAMESPACE]);
  spawnSync('kubectl', ['delete', 'namespace', NAMESPACE, RUNS, '--ignore-not-found', '--wait=false']);
  await gateway.close();
}, INSTALL_MS);

/** Follows a turn to its end at these addresses by turns, going on with the last id whenever the connection ends. */
async function follow(
  turn: TurnView,
  addresses: () => string[],
  onEvent = (_states: readonly ResponseState[]) => {},
) {
  let states: readonly ResponseState[] = [];
  let last: string | undefined;
  for (let tries = 0; tries < 200; tries += 1) {
    const all = addresses();
    try {
      for await (const { id, event } of person.at(all[tries % all.length] ?? '').events(turn.id, last)) {
        last = id;
        states = applyTurnEvent(states, event);
        onEvent(states);
        if (event.type === 'done') return states;
      }
    } catch {
      // The address is gone, or not there yet.
    }
    await new Promise((next) => setTimeout(next, 200));
  }
  throw new Error('the turn did not end');
}

const words = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}${i}`).join(' ');
const play = (count: number, tokensPerSecond: number) => {
  for (const model of MODELS) gateway.setScript(model, { text: words(model, count), tokensPerSecond });
};
const addresses = () => webPods().map(addressOf);

test('four models answer, each from a Job of its own, and nothing of them is left', async () => {
  play(60, 20);
  const [first = '', second = ''] = addresses();
  const turn = await person.at(first).submit(MODELS, `Why is the sky blue? ${CANARY}`);
  let seen: Pod[] = [];
  const states = await follow(
    turn,
    () => [second],
    (now) => {
      if (seen.length === 0 && now.every(({ text }) => text)) seen = runPods(turn.id);
    },
  );
  expect(states.map(({ text }) => text)).toEqual(MODELS.map((model) => words(model, 60)));
  expect(seen).toHaveLength(4);
  for (const { spec } of seen) {
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(spec.volumes ?? [])).not.toContain('serviceAccountToken');
    for (const { resources } of spec.containers)
      expect(Object.keys(resources.limits ?? {})).toContain('memory');
  }
  // The prompt is in no pod spec.
  expect(JSON.stringify(seen)).not.toContain(CANARY);
  const stored = await person.at(second).session(turn.sessionId);
  expect(stored.turns[0]?.responses.map(({ text }) => text)).toEqual(states.map(({ text }) => text));
  await expect.poll(() => items('jobs,pods', '-n', RUNS), { timeout: 30_000, interval: 500 }).toEqual([]);
});

test('Stop ends the upstream calls, and no pod is left', async () => {
  let stopped = false;
  play(400, 20);
  const turn = await person.submit(MODELS, 'Stop me');
  const states = await follow(turn, addresses, (now) => {
    if (now.every(({ text }) => text.length > 20) && !stopped) {
      stopped = true;
      void person.cancel(turn.id);
    }
  });
  expect(states.map(({ status }) => status)).toEqual(MODELS.map(() => 'cancelled'));
  await expect.poll(() => items('jobs,pods', '-n', RUNS), { timeout: 30_000, interval: 500 }).toEqual([]);
});

test('a web pod that is killed while it collects costs no word: the other one takes the turn over', async () => {
  play(600, 20);
  const [victim, other] = webPods();
  if (!victim || !other) throw new Error('two web pods are needed');
  const turn = await person.at(addressOf(victim)).submit(MODELS, 'Survive');
  let killed = false;
  let lengths = MODELS.map(() => 0);
  const states = await follow(
    turn,
    () => [addressOf(other)],
    (now) => {
      // No viewer's text ever becomes shorter.
      for (const [i, { text }] of now.entries()) expect(text.length).toBeGreaterThanOrEqual(lengths[i] ?? 0);
      lengths = now.map(({ text }) => text.length);
      if (killed || !now.every(({ text }) => text.length > 100)) return;
      killed = true;
      kubectl('delete', 'pod', victim.metadata.name, '-n', NAMESPACE, '--grace-period=0', '--force');
    },
  );
  expect(killed).toBe(true);
  expect(states.map(({ status }) => status)).toEqual(MODELS.map(() => 'completed'));
  expect(states.map(({ text }) => text)).toEqual(MODELS.map((model) => words(model, 600)));
  const asked = gateway.requests.filter(({ body }) => JSON.stringify(body).includes('Survive'));
  expect(asked).toHaveLength(MODELS.length);
  const stored = await person.at(addressOf(other)).session(turn.sessionId);
  expect(stored.turns[0]?.responses.map(({ text }) => text)).toEqual(states.map(({ text }) => text));
});
