import { join } from 'node:path';
import { playwrightCounts, vitestCounts } from './counts.ts';
import { commandStep, runnerStep, type Step } from './step.ts';

const UP_TIMEOUT_SECONDS = 300;
const IMAGES_TIMEOUT_SECONDS = 1_200;
const TESTS_TIMEOUT_SECONDS = 1_500;
const NEWCOMER_TIMEOUT_SECONDS = 900;
/** Small, so that logs are rotated while they are read. */
const LOG_MAX = '256Ki';
const API_SERVER_DOWN_SECONDS = 5;
const IMAGES = 'charts/aideator/tests/images/build.sh';

/**
 * The tests that need a cluster, on one that the tool of CLUSTER_TOOL starts and takes down again; none without it.
 * `resultsDir`: where the report goes.
 */
export function clusterSteps(resultsDir: string): Step[] {
  const tool = process.env.CLUSTER_TOOL;
  if (tool === undefined) return [];
  // Filled by the first step; the tests read it when they start.
  const env: Record<string, string> = {
    TEST_CLUSTER: '1',
    TEST_RUNNER_IMAGE: 'aideator/runner:chart',
    TEST_RESTART_API_SERVER: `bash ${tool} restart apiserver ${API_SERVER_DOWN_SECONDS}`,
  };
  const report = join(resultsDir, 'cluster.json');
  return [
    commandStep({
      name: 'cluster: start',
      program: {
        command: ['bash', tool, 'up'],
        env: { CLUSTER_LOG_MAX: LOG_MAX },
        timeoutSeconds: UP_TIMEOUT_SECONDS,
      },
      // What it prints last is the path of the kubeconfig.
      onLine: (line) => {
        if (line.startsWith('/') && line.endsWith('kubeconfig')) env.KUBECONFIG = line;
      },
    }),
    commandStep({
      name: 'cluster: images',
      program: {
        command: ['sh', IMAGES, 'bash', tool, 'build'],
        timeoutSeconds: IMAGES_TIMEOUT_SECONDS,
      },
    }),
    runnerStep({
      name: 'cluster: tests',
      report,
      program: {
        command: [
          'vitest',
          'run',
          '--project=cluster',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        env,
        timeoutSeconds: TESTS_TIMEOUT_SECONDS,
      },
      read: vitestCounts,
    }),
    newcomerStep(resultsDir, env),
    commandStep({
      name: 'cluster: end',
      program: { command: ['bash', tool, 'down'], timeoutSeconds: UP_TIMEOUT_SECONDS },
    }),
  ];
}

/** The newcomer's path in a browser, with the real gateway and small models on the cluster. `env`: whole when the step runs. */
function newcomerStep(resultsDir: string, env: Readonly<Record<string, string>>): Step {
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
