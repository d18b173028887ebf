import { z } from 'zod';

/** How many tests passed, and which ones failed. */
export interface Counts {
  passed: number;
  failures: string[];
}

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Reads vitest's JSON report. A file that failed before its tests could run counts as one failure. */
export function vitestCounts(report: unknown): Counts {
  const counts: Counts = { passed: 0, failures: [] };
  for (const file of vitestSchema.parse(report).testResults) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    counts.passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    counts.failures.push(...failed.map((test) => `${file.name}: ${test.fullName}`));
    if (file.status === 'failed' && failed.length === 0) counts.failures.push(`${file.name}: could not run`);
  }
  return counts;
}

const specSchema = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ projectName: z.string(), status: z.string() })),
});
type Suite = { specs?: z.infer<typeof specSchema>[]; suites?: Suite[] };
const suiteSchema: z.ZodType<Suite> = z.object({
  specs: z.array(specSchema).optional(),
  suites: z.array(z.lazy(() => suiteSchema)).optional(),
});
const playwrightSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(z.object({ message: z.string().optional() })),
});

/** Reads Playwright's JSON report. A test that passed only at a later try (`flaky`) counts as failed. */
export function playwrightCounts(report: unknown): Counts {
  const { suites, errors } = playwrightSchema.parse(report);
  const counts: Counts = { passed: 0, failures: errors.map((error) => error.message ?? 'an error') };
  const visit = (suite: Suite): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed += 1;
        else if (test.status !== 'skipped') {
          counts.failures.push(`${spec.file} (${test.projectName}): ${spec.title} [${test.status}]`);
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of suites) visit(suite);
  return counts;
}
