import { startSmallModels } from '../small-models.ts';

/** Starts the small models, says where and under which process id, and stays; for tests that kill it. */
const models = await startSmallModels({
  dir: process.argv[2] ?? '',
  env: process.env,
  signal: AbortSignal.timeout(60_000),
  threads: 1,
});
process.stdout.write(`${JSON.stringify({ pid: models.pid, baseUrl: models.baseUrl })}\n`);
