import type { Page } from '@playwright/test';
import { clickUntil } from '../support/chat-page.ts';
import { LONG_ANSWER } from '../support/hard-answers.ts';
import { expect, test } from '../support/scripted.ts';

const TOUCH_PX_MIN = 40;

test.use({ viewport: { width: 390, height: 844 } });

/** Visible controls that are too small for a finger. An input within a label counts with it. Links within a sentence are exempt: they are as high as its lines. */
async function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((min) => {
    const found = document.querySelectorAll<HTMLElement>(
      'button, a[href], input:not(.sr-only, label *), textarea, [role=menuitem], [role=menuitemradio], label:has(input)',
    );
    return [...found].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isSeen =
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && width > 1;
      if (!isSeen || element.closest('.sr-only, p') || element.matches('.sr-only, :disabled')) return [];
      const isSmall = height < min - 0.5 || (width < min - 0.5 && element.tagName !== 'A');
      return isSmall ? [`${element.outerHTML.slice(0, 120)} is ${width} by ${height}`] : [];
    });
  }, TOUCH_PX_MIN);
}

test('at 390 pixels all controls are at least 40 pixels high and wide', async ({ chat, stage, page }) => {
  await chat.open();
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  await expect(page.getByRole('searchbox', { name: 'Search models' })).toBeVisible();
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await page.keyboard.press('Escape');
  stage.playAll({ text: `\`\`\`ts\nconst a = 1;\n\`\`\`\n\n${LONG_ANSWER}`, reasoning: 'Hm.' });
  await chat.send('With a thumb');
  await chat.done(4);
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await chat.prefer('Alder').click();
  await page.getByRole('button', { name: 'Say why' }).click();
  await page.getByRole('button', { name: 'Clearer' }).click();
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Because: Clearer')).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.panel('Alder').getByRole('button', { name: 'More for Alder' }).click();
  await expect(page.getByRole('menuitem', { name: 'Answer again' })).toBeVisible();
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await clickUntil(
    page.getByRole('button', { name: 'Open chats' }),
    page.getByRole('dialog', { name: 'Chats' }),
  );
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await page.goto('/settings');
  await clickUntil(page.getByRole('button', { name: /^Add key for OpenAI/ }), page.getByLabel('Your key'));
  await expect.poll(() => tooSmall(page)).toEqual([]);
});

test('at 390 pixels the page shows the number of the current answer and the total, and its tab is visible', async ({
  chat,
  page,
}) => {
  await chat.open();
  await chat.send('One by one');
  await chat.done(4);
  const tabs = page.getByRole('navigation', { name: 'Answers to prompt 1' });
  await expect(tabs).toContainText('1 of 4');
  await chat.panel('Alder').evaluate((panel) => panel.parentElement?.scrollBy({ left: 10_000 }));
  await expect(tabs).toContainText('4 of 4');
  await expect(tabs.getByRole('button', { name: 'Dogwood' })).toBeInViewport({ ratio: 0.9 });
});

test('at 390 pixels panels, verdict and reason are all above the composer', async ({ chat, page, stage }) => {
  stage.playAll({ text: LONG_ANSWER });
  await chat.open();
  await chat.send(
    'How do I keep a search field from sending a request on every key press? TypeScript, please.',
  );
  await chat.done(4);
  const bottom = async (what: ReturnType<typeof page.locator>) => {
    const box = await what.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 10_000);
  };
  const composerTop = async () => (await chat.composer.boundingBox())?.y ?? 0;
  expect(await bottom(chat.panel('Alder'))).toBeLessThan(await composerTop());
  expect(await bottom(page.getByRole('button', { name: 'None of them' }))).toBeLessThanOrEqual(
    await composerTop(),
  );
  await chat.prefer('Alder').click();
  await expect(page.getByRole('button', { name: 'Say why' })).toBeVisible();
  expect(await bottom(page.getByRole('button', { name: 'Say why' }))).toBeLessThanOrEqual(
    await composerTop(),
  );
  expect((await chat.answer('Alder').boundingBox())?.height).toBeGreaterThan(250);
});

test('at 390 pixels "compare again" fits without hiding anything', async ({ chat, page }) => {
  await chat.open();
  await chat.send('Once');
  await chat.done(4);
  await chat.prefer('Alder').click();
  await page.getByRole('button', { name: 'Compare all 4' }).click();
  const parts = [
    page.getByRole('button', { name: /^Continue/ }),
    page.getByRole('button', { name: 'Compare all 4' }),
    chat.composer.getByRole('button', { name: /^Choose models/ }),
    chat.composer.getByRole('button', { name: 'Send to 4 models' }),
  ];
  let right = 0;
  for (const part of parts) {
    const box = await part.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(right);
    right = (box?.x ?? 0) + (box?.width ?? 0);
  }
  expect(right).toBeLessThanOrEqual(390 - 16);
  const label = page.getByRole('button', { name: /^Continue/ }).locator('span.truncate');
  expect(await label.evaluate((span) => span.scrollWidth - span.clientWidth)).toBeLessThanOrEqual(0);
});
