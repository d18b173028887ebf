import type { Page } from '@playwright/test';

/** Lets no verdict reach the server until the returned function is called. */
export async function loseVerdicts(page: Page): Promise<() => Promise<void>> {
  await page.route(/preference\./, (route) => route.abort('connectionrefused'));
  return async () => {
    await page.unroute(/preference\./);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
  };
}
