import { describe, expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './counts.ts';

const assertion = (fullName: string, status: string) => ({ fullName, status });

describe('counts', () => {
  it('of vitest count a file that could not run as a failure, and leave out skipped tests', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            assertion('one', 'passed'),
            assertion('two', 'failed'),
            assertion('three', 'skipped'),
          ],
        },
        { name: 'b.test.ts', status: 'failed', assertionResults: [] },
      ],
    };
    expect(vitestCounts(report)).toEqual({
      passed: 1,
      failures: ['a.test.ts: two', 'b.test.ts: could not run'],
    });
  });

  it('of Playwright include nested suites, and count a test that passed at the second try as a failure', () => {
    const spec = (title: string, status: string) => ({
      title,
      file: 'x.spec.ts',
      tests: [{ projectName: 'scripted', status }],
    });
    const report = {
      suites: [
        {
          specs: [spec('one', 'expected')],
          suites: [{ specs: [spec('two', 'flaky'), spec('three', 'skipped')] }],
        },
      ],
      errors: [{ message: 'the server did not start' }],
    };
    expect(playwrightCounts(report)).toEqual({
      passed: 1,
      failures: ['the server did not start', 'x.spec.ts (scripted): two [flaky]'],
    });
  });
});
