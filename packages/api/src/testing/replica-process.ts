import { startReplica } from './replica.ts';

/** A replica in its own process, which tests can kill and freeze. Takes its settings as its argument, prints its address. */
const replica = await startReplica(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(`${replica.baseUrl}\n`);
process.once('SIGTERM', () => {
  void replica.drain().then(() => {
    process.exit(0);
  });
});
// The test process has ended.
process.stdin.resume().once('end', () => process.exit(1));
