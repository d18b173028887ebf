import { startSmallModels } from '../small-models.ts';

/** Starts the small models, prints their address and process id, and keeps running, for tests that kill it. */
const models = await startSmallModels({
  dir: process.argv[2] ?? '',
  env: process.env,
  signal: AbortSignal.timeout(60_000),
  threads: 1,
});
process.stdout.write(`${JSON.stringify({ pid: models.pid, baseUrl: models.baseUrl })}\n`);
