import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { ChatPage } from '../support/chat-page.ts';
import { loseVerdicts } from '../support/lost-connection.ts';
import { expect, test } from '../support/scripted.ts';

async function compare(chat: ChatPage, prompt: string): Promise<void> {
  await chat.open();
  await chat.send(prompt);
  await chat.done(4);
}

/** The place of a panel and of the composer. They must not move while a verdict is given. */
async function places(chat: ChatPage): Promise<unknown> {
  return [await chat.panel('Alder').boundingBox(), await chat.composer.boundingBox()];
}

const worst = (page: Page, name: string) =>
  page.getByRole('dialog', { name: 'And the worst?' }).getByRole('button', { name });

const standing = (chat: ChatPage, name: string) => chat.panel(name).getAttribute('data-standing');

test('two of four answers can be called equally good, and the person says with which the chat continues', async ({
  chat,
  page,
  stage,
}) => {
  await compare(chat, 'Which ones?');
  const before = await places(chat);
  await page.getByRole('button', { name: 'Equally good' }).click();
  const save = page.getByRole('button', { name: 'Save verdict' });
  await expect(save).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Birch' }).check();
  await expect(save).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Cedar' }).check();
  await expectAccessible(page, 'choosing equally good answers');
  await chat.saving('set', () => save.click());
  await expect(chat.verdict).toContainText('Equally good: Birch, Cedar');
  expect(await places(chat)).toEqual(before);
  expect(await standing(chat, 'Birch')).toBe('equal');
  expect(await standing(chat, 'Alder')).toBe('behind');
  await expectAccessible(page, 'equally good answers');

  await page.getByRole('button', { name: 'Continue with' }).click();
  await chat.saving('amend', () => page.getByRole('menuitemradio', { name: 'Cedar' }).click());
  await chat.reload();
  await expect(chat.verdict).toContainText('Equally good: Birch, Cedar');
  await expect(chat.prompt).toHaveAttribute('placeholder', 'Continue with Cedar');
  await chat.send('Go on');
  await expect(chat.turn(2)).toContainText('Cedar answers.');
  expect(stage.requests()).toHaveLength(5);
});

test('after a pick the worst can be named with reasons, changed, and taken back', async ({ chat, page }) => {
  await compare(chat, 'Best and worst?');
  await chat.saving('set', () => chat.prefer('Alder').click());
  const before = await places(chat);
  await page.getByRole('button', { name: 'And the worst?' }).click();
  await expect(page.getByText('about half as many verdicts are needed')).toBeVisible();
  await expect(worst(page, 'Alder')).toHaveCount(0);
  await chat.saving('amend', () => worst(page, 'Dogwood').click());
  await page.getByRole('button', { name: 'Too long' }).click();
  await expectAccessible(page, 'naming the worst answer');
  await chat.saving('amend', () => page.getByRole('button', { name: 'Done', exact: true }).click());
  expect(await standing(chat, 'Dogwood')).toBe('worst');
  expect(await standing(chat, 'Alder')).toBe('preferred');
  expect(await places(chat)).toEqual(before);
  await expectAccessible(page, 'a best and a worst answer');

  await chat.reload();
  await page.getByRole('button', { name: 'Worst: Dogwood' }).click();
  await expect(page.getByRole('button', { name: 'Too long' })).toHaveAttribute('aria-pressed', 'true');
  await chat.saving('set', () => worst(page, 'Birch').click());
  await expect(page.getByRole('button', { name: 'Too long' })).toHaveAttribute('aria-pressed', 'false');
  await expect(chat.panel('Dogwood')).toHaveAttribute('data-standing', 'behind');
  await chat.saving('set', () => page.getByRole('button', { name: 'None is the worst' }).click());
  expect(await standing(chat, 'Birch')).toBe('behind');
  await expect(chat.prefer('Alder')).toHaveAttribute('aria-pressed', 'true');
});

test('a given reason can be changed later', async ({ chat, page }) => {
  await compare(chat, 'Why?');
  await chat.saving('set', () => chat.prefer('Alder').click());
  await page.getByRole('button', { name: 'More correct' }).click();
  await chat.saving('amend', () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await page.getByRole('button', { name: 'Because: More correct' }).click();
  await page.getByRole('button', { name: 'More correct', exact: true }).click();
  await page.getByRole('button', { name: 'Better style' }).click();
  await chat.saving('amend', () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await chat.reload();
  await expect(page.getByRole('button', { name: 'Because: Better style' })).toBeVisible();
});

test('all answers can be ranked by keyboard, with ties', async ({ chat, page }) => {
  await compare(chat, 'Rank them');
  await page.keyboard.press('Alt+Shift+Digit0');
  const dialog = page.getByRole('dialog', { name: 'Rank all answers' });
  const row = (name: string) => dialog.getByRole('button', { name: new RegExp(`^${name} rank`) });
  await row('Dogwood').focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowUp');
  await expect(row('Dogwood')).toBeFocused();
  await row('Birch').focus();
  await page.keyboard.press('=');
  await expect(row('Birch')).toHaveAccessibleName(/rank 2, equally good as the one above/);
  await expect(row('Cedar')).toHaveAccessibleName('Cedar rank 4');
  await expectAccessible(page, 'ranking all answers');
  const sent = page.waitForRequest(/preference\.set/);
  await page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Save ranking' }).press('Enter');
  const body = (await sent).postData() ?? '';
  await expect(dialog).toBeHidden();
  const [tiers = ''] = /"tiers":\[\[.*?\]\]/.exec(body) ?? [];
  const sizes = [...tiers.matchAll(/\[("rsp_[^\]]*)\]/g)].map(([, ids = '']) => ids.split(',').length);
  expect(sizes).toEqual([1, 2, 1]);
  await expect(chat.prefer('Dogwood')).toHaveAttribute('aria-pressed', 'true');
  await chat.reload();
  await page.getByRole('button', { name: 'Rank all answers' }).click();
  await expect(row('Birch')).toHaveAccessibleName(/rank 2, equally good as the one above/);
});

test('at 390 pixels every part of the verdict fits into its line', async ({ chat, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await compare(chat, 'On a phone');
  const fits = async () => {
    const { left, right } = await chat.verdict.evaluate((bar) => {
      const boxes = [...bar.querySelectorAll('button')].map((button) => button.getBoundingClientRect());
      const seen = boxes.filter(({ width }) => width > 0);
      return {
        left: Math.min(...seen.map((box) => box.left)),
        right: Math.max(...seen.map((box) => box.right)),
      };
    });
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(390);
  };
  await fits();
  await page.getByRole('button', { name: 'Equally good' }).click();
  await page.getByRole('checkbox', { name: 'Alder' }).check();
  await page.getByRole('checkbox', { name: 'Birch' }).check();
  await chat.saving('set', () => page.getByRole('button', { name: 'Save verdict' }).click());
  await fits();
  await page.getByRole('button', { name: 'Worst?' }).click();
  await chat.saving('amend', () => worst(page, 'Dogwood').click());
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await fits();
  await expectAccessible(page, 'a verdict at 390 pixels');
});

test('a double click prefers an answer once', async ({ chat }) => {
  await compare(chat, 'Twice?');
  await chat.saving('set', () => chat.prefer('Birch').dblclick());
  await expect(chat.prefer('Birch')).toHaveAttribute('aria-pressed', 'true');
  await chat.reload();
  await expect(chat.prefer('Birch')).toHaveAttribute('aria-pressed', 'true');
});

test.describe('without a connection', () => {
  test.beforeEach(({ browserErrors }) => {
    browserErrors.allow(/ERR_CONNECTION_REFUSED/, 'the test refuses the connections that carry verdicts');
  });

  test('a verdict is kept, also over a reload, and sent when the connection is back', async ({
    chat,
    page,
  }) => {
    await compare(chat, 'In a tunnel');
    const reconnect = await loseVerdicts(page);
    await chat.prefer('Cedar').click();
    await expect(chat.verdict.getByText('Not sent yet')).toBeVisible();
    await page.getByRole('button', { name: 'And the worst?' }).click();
    await worst(page, 'Alder').click();
    await page.keyboard.press('Escape');
    await expectAccessible(page, 'a verdict that is not sent yet');
    await chat.reload();
    await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'true');
    await expect(chat.panel('Alder')).toHaveAttribute('data-standing', 'worst');
    await chat.saving('amend', reconnect);
    await expect(chat.verdict.getByText('Not sent yet')).toBeHidden();
    await page.evaluate(() => localStorage.clear());
    await chat.reload();
    await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'true');
    await expect(chat.panel('Alder')).toHaveAttribute('data-standing', 'worst');
  });

  test('an undo takes back what was kept', async ({ chat, page }) => {
    await compare(chat, 'Second thoughts');
    const reconnect = await loseVerdicts(page);
    await chat.prefer('Cedar').click();
    await expect(chat.verdict.getByText('Not sent yet')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'false');
    const cleared = page.waitForResponse(/preference\.clear/);
    await reconnect();
    expect((await cleared).ok()).toBe(true);
    await chat.reload();
    await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'false');
    await expect(page.getByRole('button', { name: 'None of them' })).toBeVisible();
  });
});

test('of two tabs the last verdict counts, and both show it after a reload', async ({
  chat,
  page,
  context,
}) => {
  await compare(chat, 'Two of me');
  const other = new ChatPage(await context.newPage());
  await other.open(new URL(page.url()).pathname);
  await chat.saving('set', () => chat.prefer('Alder').click());
  await other.saving('set', () => other.prefer('Birch').click());
  for (const tab of [chat, other]) {
    await tab.reload();
    await expect(tab.prefer('Birch')).toHaveAttribute('aria-pressed', 'true');
    await expect(tab.prefer('Alder')).toHaveAttribute('aria-pressed', 'false');
  }
});
