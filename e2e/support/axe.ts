import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { settled } from './settled.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/**
 * Expects that axe finds no violation on the page. Turns motion off first: an element in the middle of a fade has less
 * contrast, and while answers stream, a fade may start at any time.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await settled(page);
  // Axe can't run in a frame without scripts, which holds only what a model made.
  const axe = new AxeBuilder({ page }).exclude('iframe[sandbox=""]').withTags(RULES);
  const { violations } = await axe.analyze();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} | ${node.failureSummary?.split('\n')[1]?.trim()}`),
  );
  expect(found, `axe: ${what}`).toEqual([]);
}

export const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;

/** Runs axe at the current width, light and dark, for elements that a resize would close. */
export async function expectAccessibleInBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Runs axe at the three widths, light and dark. */
export async function expectAccessibleEverywhere(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      await expectAccessible(page, `${what}, ${colorScheme}, ${size.width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDTHS[0]);
}
