import { test as base, type ConsoleMessage, type WebError } from '@playwright/test';

/** What the browser reports while a test runs. */
export interface BrowserErrors {
  /** Accepts errors that match `pattern` in this test. `reason` says what the test does to cause them. */
  allow(pattern: RegExp, reason: string): void;
}

interface Fixtures {
  browserErrors: BrowserErrors;
}

/** Chromium aborts requests when a network interface of the machine comes or goes, as those of containers do. */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

/** The base of all browser tests. A test fails when one of its pages throws or logs an error. */
export const test = base.extend<Fixtures>({
  browserErrors: [
    async ({ browser }, use) => {
      const seen: string[] = [];
      const allowed: RegExp[] = [NETWORK_CHANGED];
      const onConsole = (message: ConsoleMessage) => {
        if (isError(message)) seen.push(`console: ${message.text()} (${message.location().url})`);
      };
      const onWebError = (error: WebError) => {
        const thrown = error.error();
        seen.push(`page error: ${thrown.stack || thrown.message} (${error.page()?.url()})`);
      };
      const watch = (context: Awaited<ReturnType<typeof browser.newContext>>) =>
        context.on('console', onConsole).on('weberror', onWebError);
      for (const context of browser.contexts()) watch(context);
      browser.on('context', watch);
      await use({ allow: (pattern) => allowed.push(pattern) });
      browser.off('context', watch);
      const problems = seen.filter((each) => !allowed.some((pattern) => pattern.test(each)));
      if (problems.length > 0) throw new Error(`The browser reported errors:\n${problems.join('\n')}`);
    },
    // Automatic fixtures are set up first and torn down last, so this one sees every context of the test until it closes.
    { auto: true },
  ],
});

/** React logs some hydration mismatches as warnings. */
function isError(message: ConsoleMessage): boolean {
  return message.type() === 'error' || (message.type() === 'warning' && /hydrat/i.test(message.text()));
}

export { expect } from '@playwright/test';
