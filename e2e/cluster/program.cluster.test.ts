import { randomBytes } from 'node:crypto';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import type { TurnId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectl } from './support/commands.ts';
import { Installation, type Pod } from './support/installation.ts';
import { haveText, MODEL_INFO, MODELS, play, words } from './support/scripts.ts';
import { expectWhole, view } from './support/viewer.ts';

// The whole program on the cluster of KUBECONFIG, as the chart installs it: two web pods, a Job per model. The gateway is
// the scripted one, on this machine under TEST_HOST. Images: charts/aideator/tests/images/build.sh.
const PROMPT_CANARY = `prompt-canary-${randomBytes(12).toString('hex')}`;
/** A key with the shape of a provider's key. */
const KEY_CANARY = `gsk_${randomBytes(24).toString('hex')}`;
const LEAKS = [
  KEY_CANARY.slice(4, 28),
  KEY_CANARY.slice(-24, -4),
  Buffer.from(KEY_CANARY).toString('base64').slice(0, 32),
];
const KEYED_MODELS = ['groq/canary-1', 'groq/canary-2'];
/** The whole content of Redis as text. */
const REDIS_DUMP = `
  export REDISCLI_AUTH="$VALKEY_PASSWORD"
  for key in $(valkey-cli --scan); do
    echo "$key"
    case $(valkey-cli type "$key") in
      stream) valkey-cli xrange "$key" - + ;;
      hash) valkey-cli hgetall "$key" ;;
      string) valkey-cli get "$key" ;;
    esac
  done`;

const KEYED_MODEL_INFO = [
  ...MODEL_INFO,
  ...KEYED_MODELS.map((model) => ({
    model_name: model,
    model_info: {
      mode: 'chat',
      litellm_provider: 'groq',
      input_cost_per_token: 1e-6,
      aideator: { kind: 'wildcard', provider: 'groq', ownKey: true },
    },
  })),
];

let program: Installation;
let person: HttpPerson;
const bodies: Promise<string>[] = [];
beforeAll(async () => {
  program = await Installation.create({
    values: { web: { replicas: 2, logLevel: 'debug' } },
    gateway: { modelInfo: KEYED_MODEL_INFO },
  });
  person = await signUp(await program.address(), async (...request) => {
    const response = await fetch(...request);
    bodies.push(response.clone().text());
    return response;
  });
});
afterAll(() => program[Symbol.asyncDispose]());

test('four models respond, each in its own Job, and leave nothing behind', async ({ annotate }) => {
  play(program.gateway, 60);
  const [first = '', second = ''] = await program.addresses();
  const submittedMs = Date.now();
  const turn = await person.at(first).submit(MODELS, `Why is the sky blue? ${PROMPT_CANARY}`);
  const seenMs = new Map<string, number>();
  let looked: Promise<Pod[]> | undefined;
  const { states } = await view(person, turn, {
    addresses: async () => [second],
    onStates: (now) => {
      if (haveText(now, 0)) looked ??= program.runPods(turn.id);
      for (const [i, { text }] of now.entries())
        if (text && !seenMs.has(MODELS[i] ?? '')) seenMs.set(MODELS[i] ?? '', Date.now());
    },
  });
  await annotate(firstTokens(submittedMs, seenMs));
  await expectWhole(person, turn, { states, gateway: program.gateway, address: first });
  expect(states.map(({ text }) => text)).toEqual(MODELS.map((model) => words(model, 60)));
  const pods = (await looked) ?? [];
  expect(pods.map(({ metadata }) => metadata.labels['aideator/model']).sort()).toEqual(MODELS);
  expect(new Set(pods.map(({ metadata }) => metadata.labels['batch.kubernetes.io/job-name'])).size).toBe(4);
  for (const { metadata, spec } of pods) {
    expect(metadata.labels).toMatchObject({ 'aideator/turn': turn.id, 'aideator/attempt': '1' });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(spec.volumes ?? [])).not.toContain('serviceAccountToken');
    for (const { resources } of spec.containers)
      expect(Object.keys(resources.limits ?? {})).toEqual(expect.arrayContaining(['cpu', 'memory']));
  }
  // No pod spec contains the prompt.
  expect(JSON.stringify(pods)).not.toContain(PROMPT_CANARY);
  await program.nothingLeft();
});

/** Times of this turn. bench/cluster.ts measures them properly. */
function firstTokens(submittedMs: number, seenMs: ReadonlyMap<string, number>): string {
  const lines = program.gateway.requests.slice(-MODELS.length).map((call) => {
    const atMs = seenMs.get(call.model) ?? Number.NaN;
    const sentMs = call.receivedAtMs + (call.firstChunkMs ?? Number.NaN);
    return `${call.model} ${atMs - submittedMs} ms after the submit, ${Math.round(atMs - sentMs)} ms after the gateway`;
  });
  return `first token at the viewer: ${lines.join('; ')}`;
}

test('Stop ends the upstream calls, and no pod is left', async () => {
  play(program.gateway, 400);
  const turn = await person.submit(MODELS, 'Stop me');
  let stopped: Promise<void> | undefined;
  const { states } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      if (haveText(now, 20)) stopped ??= person.cancel(turn.id);
    },
  });
  await stopped;
  expect(states.map(({ status }) => status)).toEqual(MODELS.map(() => 'cancelled'));
  const calls = program.gateway.requests.filter(({ body }) => JSON.stringify(body).includes('Stop me'));
  expect(await Promise.all(calls.map(({ finished }) => finished))).toEqual(MODELS.map(() => 'client-gone'));
  await program.nothingLeft();
});

test("a person's key goes to the gateway with their calls and appears nowhere else", async () => {
  const { gateway } = program;
  const [answering, failing] = KEYED_MODELS.map((model) => `own-key/${model}`);
  play(gateway, 100);
  gateway.setScript(answering ?? '', { text: words('own', 100), tokensPerSecond: 20 });
  // The error text repeats the key, as that of some providers does.
  gateway.setScript(failing ?? '', ({ body }) => ({
    error: { status: 401, body: { error: { message: `Incorrect key: ${body.api_key}.` } } },
  }));
  await person.saveKey('groq', KEY_CANARY);
  const turn = await person.submit([...KEYED_MODELS, 'a', 'b'], 'With my key');
  let running: ReturnType<typeof runningPlaces> | undefined;
  const { states } = await view(person, turn, {
    addresses: () => program.addresses(),
    onStates: (now) => {
      if (now.every(({ text, status }) => text.length > 40 || status === 'failed'))
        running ??= runningPlaces(turn.id);
    },
  });
  expect(states.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed', 'completed']);
  const calls = gateway.requests.filter(({ body }) => JSON.stringify(body).includes('With my key'));
  expect(calls.map(({ body }) => body.api_key).sort()).toEqual([
    KEY_CANARY,
    KEY_CANARY,
    undefined,
    undefined,
  ]);

  expect(states[1]?.error).toMatchObject({
    code: 'provider_auth',
    detail: expect.stringContaining('Incorrect key'),
  });
  const [during, after] = [await running, await lastingPlaces()];
  const replies = (await Promise.all(bodies)).join('\n');
  const places = { ...during, ...after, replies };
  const empty = Object.entries(places).filter(([, text]) => text.length < 100);
  expect(empty).toEqual([]);
  const found = Object.entries(places).filter(([, text]) => LEAKS.some((leak) => text.includes(leak)));
  expect(found.map(([place]) => place)).toEqual([]);
  // Check that the searches can find something at all.
  expect(during?.redis).toContain('own5');
  expect(after.postgresql).toContain('With my key');
  expect(during?.runners).toContain('own5');
});

/** The places that exist only during a turn: pods, their logs, the live tail. */
async function runningPlaces(turnId: TurnId) {
  const pods = await program.runPods(turnId);
  const namespace = ['--namespace', program.runsNamespace];
  // The pod of the failed response may be gone by now.
  const logOf = (name: string) => kubectl(...namespace, 'logs', name).catch(() => '');
  const logs = await Promise.all(pods.map(({ metadata }) => logOf(metadata.name)));
  return {
    pods: JSON.stringify(pods),
    runners: logs.join('\n'),
    redis: await program.exec('valkey', 'sh', '-c', REDIS_DUMP),
  };
}

async function lastingPlaces() {
  const pods = await program.webPods();
  const both = [program.namespace, program.runsNamespace];
  const kinds = 'events,configmaps,pods,jobs';
  const [logs, objects, postgresql] = await Promise.all([
    Promise.all(pods.map(({ metadata }) => program.kubectl('logs', metadata.name))),
    Promise.all(both.map((namespace) => kubectl('--namespace', namespace, 'get', kinds, '-o', 'json'))),
    program.exec(
      'postgresql',
      'sh',
      '-c',
      'PGPASSWORD=$POSTGRES_PASSWORD pg_dump -h 127.0.0.1 -U aideator aideator',
    ),
  ]);
  return { web: logs.join('\n'), objects: objects.join('\n'), postgresql };
}
