import { join } from 'node:path';
import { playwrightCounts, vitestCounts } from './counts.ts';
import { runProgram } from './program.ts';
import { commandStep, runnerStep, type Step } from './step.ts';

const UP_TIMEOUT_SECONDS = 300;
const IMAGES_TIMEOUT_SECONDS = 1_200;
const TESTS_TIMEOUT_SECONDS = 1_500;
const NEWCOMER_TIMEOUT_SECONDS = 900;
const POD_TIMEOUT_SECONDS = 180;
const STATE_TIMEOUT_SECONDS = 60;
/** Small, so that logs rotate while they are read. */
const LOG_MAX = '256Ki';
const API_SERVER_DOWN_SECONDS = 5;
const IMAGES = 'charts/aideator/tests/images/build.sh';
const RUNNER_IMAGE = 'aideator/runner:chart';
const KEEP_IMAGES = 'scripts/checks/cluster-keep-images.sh';
const POD = 'scripts/checks/cluster-pod.sh';
const STATE = 'scripts/checks/cluster-state.sh';

/**
 * The cluster tests, on a cluster that the CLUSTER_TOOL program starts and removes. Empty without that program.
 * `resultsDir`: the folder of the report.
 */
export function clusterSteps(resultsDir: string): Step[] {
  const tool = process.env.CLUSTER_TOOL;
  if (tool === undefined) return [];
  // The first step fills it; later steps read it when they start.
  const env: Record<string, string> = {
    TEST_CLUSTER: '1',
    TEST_RUNNER_IMAGE: RUNNER_IMAGE,
    TEST_RESTART_API_SERVER: `bash ${tool} restart apiserver ${API_SERVER_DOWN_SECONDS}`,
  };
  return [
    commandStep({
      name: 'cluster: start',
      program: {
        command: ['bash', tool, 'up'],
        env: { CLUSTER_LOG_MAX: LOG_MAX },
        timeoutSeconds: UP_TIMEOUT_SECONDS,
      },
      // The last line of its output is the path of the kubeconfig.
      onLine: (line) => {
        if (line.startsWith('/') && line.endsWith('kubeconfig')) env.KUBECONFIG = line;
      },
    }),
    commandStep({
      name: 'cluster: keep images',
      program: { command: ['sh', KEEP_IMAGES, 'bash', tool], env, timeoutSeconds: UP_TIMEOUT_SECONDS },
    }),
    commandStep({
      name: 'cluster: images',
      program: {
        command: ['sh', IMAGES, 'bash', tool, 'build'],
        timeoutSeconds: IMAGES_TIMEOUT_SECONDS,
      },
    }),
    ...ifPodsRun(env, [testsStep(resultsDir, env), newcomerStep(resultsDir, env)]),
    commandStep({
      name: 'cluster: end',
      program: { command: ['bash', tool, 'down'], timeoutSeconds: UP_TIMEOUT_SECONDS },
    }),
  ];
}

type Env = Readonly<Record<string, string>>;

/**
 * A step that runs one pod, then the given steps. They fail at once if no pod runs, instead of after the timeouts of all
 * their tests, and print the state of the cluster when they fail.
 */
function ifPodsRun(env: Env, steps: readonly Step[]): Step[] {
  let isUsable = false;
  const pod: Step = {
    name: 'cluster: pod',
    run: async (say) => {
      const program = {
        command: ['sh', POD, RUNNER_IMAGE],
        env,
        timeoutSeconds: POD_TIMEOUT_SECONDS,
      } as const;
      const counts = await commandStep({ name: 'cluster: pod', program }).run(say);
      isUsable = counts.failures.length === 0;
      return counts;
    },
  };
  const guarded = ({ name, run }: Step): Step => ({
    name,
    run: async (say) => {
      if (!isUsable) return { passed: 0, failures: [`${name}: the cluster runs no pods`] };
      const counts = await run(say);
      if (counts.failures.length > 0) {
        await runProgram({ command: ['sh', STATE], env, timeoutSeconds: STATE_TIMEOUT_SECONDS, onLine: say });
      }
      return counts;
    },
  });
  return [pod, ...steps.map(guarded)];
}

/** The cluster tests. `env` is complete when the step runs. */
function testsStep(resultsDir: string, env: Env): Step {
  const name = 'cluster: tests';
  const report = join(resultsDir, 'cluster.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return runnerStep({
    name,
    report,
    program: {
      command: ['vitest', 'run', '--project=cluster', ...reporters],
      env,
      timeoutSeconds: TESTS_TIMEOUT_SECONDS,
    },
    read: vitestCounts,
  });
}

/** The newcomer's path in a browser, with the real gateway and small models on the cluster. `env` is complete when the step runs. */
function newcomerStep(resultsDir: string, env: Env): Step {
  const name = 'cluster: newcomer';
  const report = join(resultsDir, 'cluster-newcomer.json');
  const config = ['--config', 'e2e/playwright.config.ts', '--project', 'cluster-newcomer'];
  return {
    name,
    run: (say) =>
      runnerStep({
        name,
        report,
        program: {
          command: ['playwright', 'test', ...config, '--reporter=list,json'],
          env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
          timeoutSeconds: NEWCOMER_TIMEOUT_SECONDS,
        },
        read: playwrightCounts,
      }).run(say),
  };
}
