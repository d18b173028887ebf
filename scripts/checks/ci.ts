import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../start/build.ts';
import { loadEnv, ROOT } from '../start/env.ts';
import { LogFile } from '../start/log-file.ts';
import { Progress } from '../start/progress.ts';
import { type Check, STATIC_CHECKS, TYPECHECK } from './checks.ts';
import { clusterSteps } from './cluster.ts';
import { type Counts, playwrightCounts, vitestCounts } from './counts.ts';
import { commandStep, runnerStep, type Step } from './step.ts';

const RESULTS_DIR = join(ROOT, '.aideator', 'ci');
const OUTPUT_LINES_MAX = 2_000;
const BUILD_TIMEOUT_SECONDS = 300;
const HEARTBEAT_MS = 60_000;

/**
 * Runs all checks and tests, shows their durations and the output of failed ones, and writes a summary to
 * `.aideator/ci/summary`. Returns the exit code.
 */
export async function ci(): Promise<number> {
  await rm(RESULTS_DIR, { recursive: true, force: true });
  await mkdir(RESULTS_DIR, { recursive: true });
  const total: Counts = { passed: 0, failures: [] };
  for (const step of [
    checkStep(TYPECHECK),
    ...STATIC_CHECKS.map(checkStep),
    vitestStep(),
    buildStep(),
    ...e2eSteps(),
    builtOnceStep(),
    ...clusterSteps(RESULTS_DIR),
  ]) {
    const counts = await timed(step);
    total.passed += counts.passed;
    total.failures.push(...counts.failures);
  }
  if (total.failures.length > 0) console.log(`\nFailed:\n  ${total.failures.join('\n  ')}\n`);
  await writeFile(join(RESULTS_DIR, 'summary'), `${total.passed} passed, ${total.failures.length} failed\n`);
  return total.failures.length === 0 && total.passed > 0 ? 0 : 1;
}

async function timed(step: Step): Promise<Counts> {
  const since = performance.now();
  const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const output: string[] = [];
  const heartbeat = setInterval(() => console.log(`   ${step.name} … ${seconds()}`), HEARTBEAT_MS);
  const counts = await step
    .run((line) => {
      output.push(line);
      if (output.length > OUTPUT_LINES_MAX) output.shift();
    })
    .catch((error: unknown): Counts => ({ passed: 0, failures: [`${step.name}: ${String(error)}`] }));
  clearInterval(heartbeat);
  const isGood = counts.failures.length === 0;
  if (!isGood) console.log(`\n──── ${step.name} ────\n${output.join('\n')}\n────`);
  const failed = isGood ? '' : `, ${counts.failures.length} failed`;
  console.log(`${isGood ? '✓' : '✗'}  ${step.name}: ${counts.passed} passed${failed} (${seconds()})`);
  return counts;
}

const checkStep = (check: Check): Step => commandStep(check);

function vitestStep(): Step {
  const report = join(RESULTS_DIR, 'vitest.json');
  return runnerStep({
    name: 'vitest',
    report,
    program: {
      command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      timeoutSeconds: 1_500,
    },
    read: vitestCounts,
  });
}

function buildAll(say: (line: string) => void): Promise<string[]> {
  return build({
    mode: 'start',
    env: loadEnv(),
    signal: AbortSignal.timeout(BUILD_TIMEOUT_SECONDS * 1000),
    progress: new Progress({ write: (text) => say(text.trimEnd()) }),
    logFile: (name) => new LogFile(join(RESULTS_DIR, 'logs'), name),
  });
}

function buildStep(): Step {
  return {
    name: 'production build',
    run: async (say) => {
      await buildAll(say);
      return { passed: 1, failures: [] };
    },
  };
}

/** Runs after the program: files that it wrote next to its sources must not cause another build. */
function builtOnceStep(): Step {
  return {
    name: 'built once',
    run: async (say) => {
      const again = await buildAll(say);
      return again.length === 0
        ? { passed: 1, failures: [] }
        : { passed: 0, failures: [`built once: ${again.join(', ')} was built again`] };
    },
  };
}

function e2eSteps(): Step[] {
  const config = join(ROOT, 'e2e', 'playwright.config.ts');
  if (!existsSync(config)) return [];
  const report = join(RESULTS_DIR, 'playwright.json');
  return [
    runnerStep({
      name: 'playwright',
      report,
      program: {
        command: ['playwright', 'test', '--config', config, '--reporter=list,json'],
        env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
        timeoutSeconds: 2_400,
      },
      read: playwrightCounts,
    }),
  ];
}
