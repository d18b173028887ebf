import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that start the real LiteLLM: slow, one file at a time. */
const GATEWAY_TESTS = '**/*.gateway.test.ts';

/** Tests that need the cluster of KUBECONFIG: part of `npm run test:cluster` alone. */
const CLUSTER_TESTS = '**/*.cluster.test.ts';

/** One database server with a migrated template, and the built runner. */
const GLOBAL_SETUP = [
  './packages/db/src/testing/global-setup.ts',
  './apps/runner/src/testing/global-setup.ts',
];

const clusterProject = {
  test: {
    name: 'cluster',
    environment: 'node' as const,
    include: [`packages/${CLUSTER_TESTS}`, `charts/${CLUSTER_TESTS}`, `e2e/${CLUSTER_TESTS}`],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: {
          alias: {
            // As in apps/web/tsconfig.json.
            '~': fileURLToPath(new URL('./apps/web/src', import.meta.url)),
            // As bundlers resolve it for a server.
            'server-only': fileURLToPath(
              new URL('./apps/web/src/server/testing/server-only.ts', import.meta.url),
            ),
          },
        },
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/runner/src/**/*.test.ts',
            'apps/web/src/**/*.test.{ts,tsx}',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', GATEWAY_TESTS, CLUSTER_TESTS],
          globalSetup: GLOBAL_SETUP,
          // Real processes and a real database: slow machines need more than the default 5 s.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'chart',
          environment: 'node',
          include: ['charts/**/*.test.ts'],
          exclude: ['**/node_modules/**', CLUSTER_TESTS],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'gateway',
          environment: 'node',
          include: [`packages/${GATEWAY_TESTS}`, `apps/${GATEWAY_TESTS}`],
          exclude: ['**/node_modules/**'],
          globalSetup: GLOBAL_SETUP,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      ...(process.env.TEST_CLUSTER === '1' ? [clusterProject] : []),
    ],
  },
});
