import { fillerText } from '@aideator/gateway/testing/script';
import type { Locator, Page } from '@playwright/test';
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

test('keyboard focus is visible, and there is a list of shortcuts', async ({ chat, page }) => {
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

test('up to six models can be chosen with the keyboard', async ({ chat, page }) => {
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

test('start and end of each answer are announced, but not its tokens', async ({ chat, stage, page }) => {
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

/** Presses a key as part of an input method's composition. */
async function pressComposing(target: Locator, key: 'Enter' | 'Escape'): Promise<void> {
  await target.evaluate((element, name) => {
    const press = (init: KeyboardEventInit) =>
      element.dispatchEvent(
        new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init }),
      );
    press({ isComposing: true });
    // Safari sends this key after the composition has ended.
    press({ keyCode: 229 });
  }, key);
}

test('an Enter that ends a composition sends nothing, and an Escape stops no model', async ({
  chat,
  stage,
}) => {
  stage.playAll({ tokensPerSecond: 20, text: fillerText(3_000) });
  await chat.open();
  await chat.prompt.fill('にほん');
  await pressComposing(chat.prompt, 'Enter');
  await expect(chat.prompt).toHaveValue('にほん');
  expect(stage.requests()).toEqual([]);
  await chat.prompt.press('Enter');
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.prompt.fill('次');
  await pressComposing(chat.prompt, 'Escape');
  await pressComposing(chat.page.locator('body'), 'Escape');
  await expect(chat.page.getByRole('button', { name: 'Stop all' })).toBeEnabled();
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.prompt.press('Escape');
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(4);
  await chat.prompt.fill('');
});

test('composition keys neither end a rename nor close a popup', async ({ chat, page }) => {
  await chat.open();
  await chat.send('Name me');
  await chat.done(4);
  await chat.sessionMenu('Name me');
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const title = page.getByRole('textbox', { name: 'Chat title' });
  await title.fill('なまえ');
  await pressComposing(title, 'Enter');
  await pressComposing(title, 'Escape');
  await expect(title).toHaveValue('なまえ');
  await title.press('Enter');
  await expect(chat.session('なまえ')).toBeVisible();

  await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  const search = page.getByRole('searchbox', { name: 'Search models' });
  await search.fill('ば');
  await pressComposing(search, 'Escape');
  await expect(search).toHaveValue('ば');
  await search.press('Escape');
  await expect(search).toBeHidden();

  await chat.openAccountMenu();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await pressComposing(dialog, 'Escape');
  await expect(dialog).toBeVisible();
});

const TABS_MAX = 40;

/** Tabs forward to a control, as a person without a mouse does. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  await expect(control).toBeFocused();
}

test('a tie, the worst, its reason and an undo need no mouse', async ({ chat, page }) => {
  await chat.open();
  await chat.send('By hand, all of it');
  await chat.done(4);
  await page.keyboard.press('Alt+4');
  await tabTo(page, page.getByRole('button', { name: 'Equally good' }));
  await page.keyboard.press('Enter');
  const tie = page.getByRole('dialog', { name: 'Which answers are equally good?' });
  await expect(tie.locator(':focus')).toHaveCount(1);
  await tabTo(page, page.getByRole('checkbox', { name: 'Birch' }));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('checkbox', { name: 'Cedar' }));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: 'Save verdict' }));
  await page.keyboard.press('Enter');
  await expect(chat.verdict).toContainText('Equally good: Birch, Cedar');

  await page.keyboard.press('Alt+4');
  await tabTo(page, page.getByRole('button', { name: 'And the worst?' }));
  await page.keyboard.press('Enter');
  const worst = page.getByRole('dialog', { name: 'And the worst?' });
  await expect(worst.locator(':focus')).toHaveCount(1);
  await tabTo(page, worst.getByRole('button', { name: 'Dogwood' }));
  await page.keyboard.press('Enter');
  await tabTo(page, worst.getByRole('button', { name: 'Too long' }));
  await page.keyboard.press('Space');
  await tabTo(page, worst.getByRole('button', { name: 'Done', exact: true }));
  await chat.saving('amend', () => page.keyboard.press('Enter'));
  await expect(chat.panel('Dogwood')).toHaveAttribute('data-standing', 'worst');
  await expect(page.getByRole('button', { name: 'Worst: Dogwood' })).toBeFocused();

  await page.keyboard.press('Alt+4');
  await tabTo(page, page.getByRole('button', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'None of them' })).toBeVisible();
});
