import { startReplica } from './replica.ts';

/** A replica as a process of its own, which can be killed and frozen: its settings are the one argument, its address the first line. */
const replica = await startReplica(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(`${replica.baseUrl}\n`);
process.once('SIGTERM', () => {
  void replica.leave().then(() => {
    process.exit(0);
  });
});
// The test that started it is gone.
process.stdin.resume().once('end', () => process.exit(1));
