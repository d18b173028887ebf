import { readFile } from 'node:fs/promises';
import type { Counts } from './counts.ts';
import { type ProgramOptions, runProgram } from './program.ts';

export interface Step {
  name: string;
  /** Gets the output as text. */
  run: (say: (line: string) => void) => Promise<Counts>;
}

/** A test runner that writes a report. */
export function runnerStep(runner: {
  name: string;
  report: string;
  program: Omit<ProgramOptions, 'onLine'>;
  read: (report: unknown) => Counts;
}): Step {
  return {
    name: runner.name,
    run: async (say) => {
      const code = await runProgram({ ...runner.program, onLine: say });
      const text = await readFile(runner.report, 'utf8').catch(() => undefined);
      if (text === undefined)
        return { passed: 0, failures: [`${runner.name}: no report, exit code ${code}`] };
      const counts = runner.read(JSON.parse(text));
      if (counts.failures.length > 0) return counts;
      if (code !== 0) return { ...counts, failures: [`${runner.name}: exit code ${code}`] };
      return counts.passed === 0 ? { ...counts, failures: [`${runner.name}: no test ran`] } : counts;
    },
  };
}

/** A program whose exit code says whether it succeeded. */
export function commandStep(given: {
  name: string;
  program: Omit<ProgramOptions, 'onLine'>;
  onLine?: (line: string) => void;
}): Step {
  return {
    name: given.name,
    run: async (say) => {
      const onLine = (line: string): void => {
        given.onLine?.(line);
        say(line);
      };
      const code = await runProgram({ ...given.program, onLine });
      return code === 0
        ? { passed: 1, failures: [] }
        : { passed: 0, failures: [`${given.name}: exit code ${code}`] };
    },
  };
}
