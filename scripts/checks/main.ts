import { type Check, STATIC_CHECKS, TYPECHECK } from './checks.ts';
import { ci } from './ci.ts';
import { runProgram } from './program.ts';

const VITEST_TIMEOUT_SECONDS = 1_800;

/** Runs all steps, even after a failure, and lists the failed ones at the end. Returns the exit code. */
async function runAll(checks: readonly Check[]): Promise<number> {
  const lines: string[] = [];
  let isGood = true;
  for (const { name, program } of checks) {
    const since = performance.now();
    console.log(`\n── ${name}: ${program.command.join(' ')}`);
    const code = await runProgram(program);
    isGood &&= code === 0;
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    lines.push(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  }
  console.log(`\n${lines.join('\n')}`);
  return isGood ? 0 : 1;
}

/** With arguments it runs only the tests they select, without the type check: `npm test -- packages/db`. */
function test(args: readonly string[]): Promise<number> {
  const vitest: Check = {
    name: 'vitest',
    program: { command: ['vitest', 'run', ...args], timeoutSeconds: VITEST_TIMEOUT_SECONDS },
  };
  return runAll(args.length > 0 ? [vitest] : [TYPECHECK, vitest]);
}

const [command, ...args] = process.argv.slice(2);
if (command === 'ci') process.exit(await ci());
if (command === 'check') process.exit(await runAll(STATIC_CHECKS));
process.exit(await test(args));
