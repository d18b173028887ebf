import { env } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunRef } from '@aideator/contract/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadKubeConfig } from './kube-config.ts';
import { createKubernetesBackend, type KubernetesBackend } from './kubernetes-backend.ts';
import { type RunServer, startRunServer } from './testing/run-server.ts';
import { collect, newRun, parseLines, untilText } from './testing/runs.ts';
import { TestNamespace } from './testing/test-namespace.ts';
import { type RoleRule, WEB_ROLE_RULES } from './web-role.ts';

const { KUBECONFIG = '', TEST_RUNNER_IMAGE = 'aideator/runner:dev', TEST_HOST = '198.18.0.1' } = env;
/** A response of about 4 s. */
const WORDS = Array.from({ length: 80 }, (_, i) => `word-${i} `);
const TEXT = WORDS.join('');
/** Shorter than in production, but longer than a busy node takes. */
const TIMES = { giveUpMs: 8_000, cancelMs: 8_000, exitMs: 5_000 };
/** Small enough for ten runs at once on a small node. */
const RESOURCES = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } };
/** How much longer a follower may take than one with all rights. */
const LATER_MS = 6_000;

/** The parts of the backend that fail without a right. */
const BREAKS: Readonly<Record<string, readonly string[]>> = {
  'create jobs': ['start'],
  'get jobs': ['follow a missing run'],
  'list jobs': ['list', 'sweep'],
  'delete jobs': ['stop', 'sweep'],
  'list pods': ['list', 'follow', 'stop'],
  'watch pods': ['follow', 'stop'],
  'get pods/log': ['follow'],
};

let namespace: TestNamespace;
let server: RunServer;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  if (KUBECONFIG === '') throw new Error('KUBECONFIG names no cluster to test with');
  namespace = stack.use(await TestNamespace.create(KUBECONFIG));
  server = stack.use(await startRunServer({ host: TEST_HOST, words: WORDS, wordMs: 50 }));
});
afterAll(() => stack.disposeAsync());

interface Account {
  loadConfig: LoadKubeConfig;
  /** Accounts share the namespace and must not see each other's runs. */
  instance: string;
}

function open({ loadConfig, instance }: Account, logged: string[] = []): KubernetesBackend {
  const backend = createKubernetesBackend({
    loadConfig,
    instance,
    namespace: namespace.name,
    image: TEST_RUNNER_IMAGE,
    callbackUrl: server.callbackUrl,
    resources: RESOURCES,
    times: TIMES,
    log: (message, { err = '' }) => logged.push(`${message} ${err}`),
  });
  stack.defer(() => backend.close());
  return backend;
}

/**
 * Uses every part of the backend. `broken` lists the parts that failed. `refused` lists the rights that Kubernetes said were
 * missing, in errors and log messages.
 */
async function useAll(account: Account): Promise<{ broken: string[]; refused: string[] }> {
  const logged: string[] = [];
  const backend = open(account, logged);
  // Another replica with the whole Role does what this one may not do.
  const whole = open({ ...account, loadConfig: namespace.loadConfig });
  const broken: string[] = [];
  const said: string[] = [];
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      broken.push(name);
      said.push(String(error));
    }
  };
  const [answering, stopped] = [newRun(), newRun()];
  await step('start', () => backend.start(answering));
  await Promise.all([whole.start(answering), whole.start(stopped)]);
  await step('list', async () => expect(idsOf(await backend.list())).toEqual(idsOf([answering, stopped])));
  await Promise.all([
    step('follow', async () => {
      const late = new AbortController();
      const ended = collect(whole, answering).then(() => delay(LATER_MS, undefined, { ref: false }));
      void ended.then(() => late.abort());
      const { lines, exits } = await collect(backend, answering, late.signal);
      expect([parseLines(lines).text, exits]).toEqual([TEXT, [{ type: 'exit', exitCode: 0 }]]);
    }),
    step('follow a missing run', async () => {
      const { exits } = await collect(backend, newRun());
      expect(exits).toMatchObject([{ error: { code: 'interrupted' } }]);
    }),
    step('stop', async () => {
      // Without a space: the runner may send it with the next word.
      await untilText(whole, stopped, 'word-1');
      await backend.cancel(stopped);
      expect(logged.join()).not.toContain('the pod of a cancelled run is not gone yet');
    }),
  ]);
  await step('sweep', async () => {
    await backend.sweep(async (runs) => runs);
    expect(await whole.list()).toEqual([]);
  });
  await whole.sweep(async (runs) => runs);
  return { broken: broken.sort(), refused: refusalsIn([...logged, ...said].join('\n')) };
}

const idsOf = (runs: readonly RunRef[]): string[] => runs.map(({ runId }) => runId).sort();

/** The refused rights, such as `create jobs`, each once. */
function refusalsIn(text: string): string[] {
  const all = [...text.matchAll(/cannot (\w+) resource "([^"]+)"/g)];
  return [...new Set(all.map(([, verb, resource]) => `${verb} ${resource}`))];
}

/** Each right, with the rules that remain without it. */
const RIGHTS = WEB_ROLE_RULES.flatMap((rule) =>
  rule.resources.flatMap((resource) =>
    rule.verbs.map((verb) => ({
      right: `${verb} ${resource}`,
      rules: WEB_ROLE_RULES.map((each) => (each === rule ? without(each, verb) : each)).filter(
        ({ verbs }) => verbs.length > 0,
      ),
    })),
  ),
);

function without(rule: RoleRule, verb: string): RoleRule {
  return { ...rule, verbs: rule.verbs.filter((each) => each !== verb) };
}

test.concurrent('everything works with the Role of the web app', async () => {
  const all = await useAll({ loadConfig: namespace.loadConfig, instance: 'whole' });
  expect(all).toEqual({ broken: [], refused: [] });
});

test.concurrent.each(RIGHTS)('without $right, what fails and why is reported', async ({ right, rules }) => {
  const loadConfig = await namespace.configWith(rules);
  const { broken, refused } = await useAll({ loadConfig, instance: right.replace(/\W/g, '-') });
  expect({ broken, refused }).toEqual({ broken: BREAKS[right]?.toSorted(), refused: [right] });
});
