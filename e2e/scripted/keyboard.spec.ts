import { fillerText } from '@aideator/gateway/testing/script';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

test('a comparison, a pick and a follow-up need no mouse', async ({ chat, page }) => {
  await chat.open();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(chat.prompt).toBeFocused();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await chat.done(4);
  await page.keyboard.press('Alt+3');
  await expect(chat.panel('Cedar')).toBeFocused();
  await page.keyboard.press('Alt+Shift+2');
  await expect(chat.panel('Birch')).toBeFocused();
  await expect(chat.prefer('Birch')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Tab');
  await expect(chat.panel('Birch').locator(':focus')).toHaveCount(1);
  await chat.prompt.focus();
  await page.keyboard.type('And on');
  await page.keyboard.press('Enter');
  await expect(chat.turn(2)).toContainText('Birch answers.');
});

test('what has the focus by keyboard is seen to have it, and the shortcuts can be looked up', async ({
  chat,
  page,
}) => {
  await chat.open();
  await chat.send('Where am I?');
  await chat.done(4);
  await page.keyboard.press('Alt+2');
  const outline = () =>
    page.evaluate(() => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(
        document.activeElement ?? document.body,
      );
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
    });
  await expect(chat.panel('Birch')).toBeFocused();
  expect(await outline()).toBe(true);
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    expect(await outline()).toBe(true);
  }
  await chat.openAccountMenu();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog).toContainText('Prefer an answer');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('models are chosen by keyboard alone, and no more than six', async ({ chat, page }) => {
  await chat.open();
  const picker = chat.composer.getByRole('button', { name: /^Choose models/ });
  await picker.focus();
  await page.keyboard.press('Enter');
  const search = page.getByRole('searchbox', { name: 'Search models' });
  await search.focus();
  await page.keyboard.type('ced');
  await expect(page.getByRole('checkbox', { name: /^Alder/ })).toBeHidden();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('checkbox', { name: /^Cedar/ })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: /^Cedar/ })).not.toBeChecked();
  await page.keyboard.press('Escape');
  await expect(picker).toBeFocused();
  await expect(chat.composer.getByRole('button', { name: 'Send to 3 models' })).toBeVisible();
});

test('start and end of each answer are announced, and no tokens', async ({ chat, stage, page }) => {
  stage.playAll({ text: fillerText(120), tokensPerSecond: 60 });
  await chat.open();
  await chat.announcements.evaluate((region) => {
    const said: string[] = [];
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(window, { said });
  });
  await chat.send('Say when');
  await chat.done(4);
  const heard = () => page.evaluate((): string[] => Reflect.get(window, 'said'));
  for (const name of NAMES) {
    await expect.poll(async () => (await heard()).join(' ')).toContain(`${name} started answering.`);
    await expect.poll(async () => (await heard()).join(' ')).toContain(`${name} finished.`);
  }
  const messages = await heard();
  expect(messages.length).toBeLessThanOrEqual(8);
  for (const message of messages) expect(message).toMatch(/^(\w+ (started answering|finished)\. ?)+$/);
});
