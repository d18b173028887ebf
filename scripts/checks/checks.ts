import type { ProgramOptions } from './program.ts';

export interface Check {
  name: string;
  program: Pick<ProgramOptions, 'command' | 'timeoutSeconds'>;
}

export const TYPECHECK: Check = {
  name: 'typecheck',
  program: { command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'], timeoutSeconds: 300 },
};

/** Static checks: formatting, lint, versions, unused code, and import rules. */
export const STATIC_CHECKS: readonly Check[] = [
  {
    name: 'lock file',
    program: { command: ['node', 'scripts/checks/lock-platforms.ts', '--check'], timeoutSeconds: 60 },
  },
  { name: 'biome', program: { command: ['biome', 'ci', '--colors=off', '.'], timeoutSeconds: 120 } },
  { name: 'sherif', program: { command: ['sherif'], timeoutSeconds: 60 } },
  { name: 'knip', program: { command: ['knip'], timeoutSeconds: 120 } },
  { name: 'boundaries', program: { command: ['turbo', 'boundaries'], timeoutSeconds: 120 } },
];
