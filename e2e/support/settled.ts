import type { Page } from '@playwright/test';

/** Waits until fonts are loaded and no animation or scrolling is in progress. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const finite = document
      .getAnimations()
      .filter((each) => each.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(finite.map((each) => each.finished));
    const positions = () => [...document.querySelectorAll('*')].map((each) => each.scrollTop).join();
    for (let before = ''; before !== positions(); ) {
      before = positions();
      for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
    }
  });
}
