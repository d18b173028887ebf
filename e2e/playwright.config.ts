import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import type { NewcomerOptions } from './support/newcomer.ts';

/** Debian's and Ubuntu's; where there is none, Playwright's own (`npx playwright install chromium`). */
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const chromium = process.env.CHROMIUM_PATH ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : undefined);

/** Tests that need the cluster of KUBECONFIG: part of `npm run test:cluster` alone. */
const CLUSTER_TESTS = '**/*.cluster.spec.ts';

const clusterProject = {
  name: 'cluster-newcomer',
  testDir: 'newcomer',
  use: { place: 'cluster' as const },
};

export default defineConfig<object, NewcomerOptions>({
  outputDir: '../test-results',
  // All projects start the whole program, and the newcomer's small models want the processor for themselves.
  workers: 1,
  // What passes only at the second try is a fault of the program or of the test.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    actionTimeout: 10_000,
    navigationTimeout: 30_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      // As root there is no sandbox; and what the browser does for itself must not pass for what the page does.
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'scripted', testDir: 'scripted' },
    { name: 'newcomer', testDir: 'newcomer', testIgnore: CLUSTER_TESTS },
    ...(process.env.TEST_CLUSTER === '1' ? [clusterProject] : []),
  ],
});
