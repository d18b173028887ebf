import { fillerText } from '@aideator/gateway/testing/script';
import { expectAccessible } from '../support/axe.ts';
import { expect, test } from '../support/scripted.ts';

const QUICK = { text: fillerText(1_000), tokensPerSecond: 5_000 };
/** Far shorter than the quick ones for as long as a test lasts. */
const SLOW = { text: fillerText(4_000), tokensPerSecond: 5 };

test.beforeEach(async ({ stage }) => {
  stage.play({ Alder: QUICK, Birch: QUICK, Cedar: SLOW, Dogwood: SLOW });
});

test('a pick before all have finished offers to stop the rest, and tells what that saved', async ({
  chat,
  page,
}) => {
  await chat.open();
  await chat.send('Quick, please');
  await chat.done(2);
  await expect(chat.answer('Cedar')).not.toBeEmpty();
  await chat.prefer('Alder').click();
  const stop = page.getByRole('button', { name: 'Stop the other 2' });
  await expect(stop).toBeVisible();
  await expectAccessible(page, 'a pick while others are being written');
  await stop.click();
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(2);
  await expect(chat.verdict).toContainText(
    /Stopped 2, saved about [\d,]+ tokens, \$[\d.]+, [\d.]+ (m \d\d )?s/,
  );
  await expectAccessible(page, 'the rest was stopped');
});

test('the preferred answer itself is not stopped', async ({ chat, page }) => {
  await chat.open();
  await chat.send('Slow is good');
  await chat.done(2);
  await expect(chat.prefer('Cedar')).toBeEnabled();
  await chat.prefer('Cedar').click();
  await page.getByRole('button', { name: 'Stop the other 1' }).click();
  await expect(chat.panel('Dogwood').getByText('Stopped', { exact: true })).toBeVisible();
  await expect(chat.panel('Cedar').getByText('Answering', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Stop all' }).click();
});

test('"always" and "never" are remembered, and can be changed in the settings', async ({ chat, page }) => {
  await chat.open();
  await chat.send('First');
  await chat.done(2);
  await chat.prefer('Alder').click();
  const menu = page.getByRole('button', { name: 'After a pick, stop the others …' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Always stop the others after a pick' }).click();
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(2);

  await chat.open();
  await chat.send('Second');
  await chat.done(2);
  await chat.prefer('Birch').click();
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(2);

  await page.goto('/settings');
  const never = page.getByRole('radio', { name: 'Let them finish, and don’t ask' });
  await expect(page.getByRole('radio', { name: 'Stop the other answers' })).toBeChecked();
  await never.check();
  await expectAccessible(page, 'settings of comparisons');
  await chat.open();
  await chat.send('Third');
  await chat.done(2);
  await chat.saving('set', () => chat.prefer('Birch').click());
  await expect(page.getByRole('button', { name: /^Stop the other/ })).toBeHidden();
  await expect(chat.panel('Cedar').getByText('Answering', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Stop all' }).click();
});

test('loading a page with an earlier verdict stops nothing', async ({ chat, page }) => {
  await chat.open();
  await chat.send('Wait for them');
  await chat.done(2);
  await chat.saving('set', () => chat.prefer('Alder').click());
  await page.evaluate(() => localStorage.setItem('aideator:early-pick', 'always'));
  await chat.reload();
  await expect(chat.verdict).toContainText('Alder');
  await expect(chat.panel('Cedar').getByText('Answering', { exact: true })).toBeVisible();
  await expect(chat.panel('Dogwood').getByText('Answering', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Stop all' }).click();
});
