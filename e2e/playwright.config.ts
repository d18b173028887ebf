import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import type { NewcomerOptions } from './support/newcomer.ts';

/** The Chromium of Debian and Ubuntu, or else Playwright's own (`npx playwright install chromium`). */
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
  // Every project starts the whole program, and the newcomer's small models need the whole processor.
  workers: 1,
  // No retries: a test that only passes the second time shows a bug in the program or in the test.
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
      // Chromium has no sandbox as root. Its own requests must not be mistaken for requests of the page.
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
