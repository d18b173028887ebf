/** Loaded into programs that do not watch their parent: their whole group ends when their standard input does. */
process.stdin.on('error', () => {}).on('end', () => process.kill(-process.pid, 'SIGKILL'));
process.stdin.resume();
// Waiting for that must not keep the program from ending by itself.
process.stdin.unref?.();
