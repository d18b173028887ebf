import { fillerText } from '@aideator/gateway/testing/script';
import { expectAccessibleEverywhere, expectAccessibleInBothThemes } from '../support/axe.ts';
import { clickUntil } from '../support/chat-page.ts';
import { LONG_ANSWER } from '../support/hard-answers.ts';
import { expect, test } from '../support/scripted.ts';

const RICH = [
  '# Title',
  fillerText(40),
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '1. one\n2. two',
  '> quoted',
  '```ts\nconst answer: number = 42;\n```',
  'A [link](https://example.org) and `code`.',
].join('\n\n');

// Tracing takes longer than axe itself.
test.use({ trace: 'off' });

test.describe('axe finds nothing at 1440, 1024 and 390 pixels, light and dark', () => {
  test.setTimeout(4 * 60_000);

  test('on the sign-in page with and without errors, and on the sign-up page', async ({ browser, stack }) => {
    const context = await browser.newContext({
      baseURL: stack.url,
      storageState: { cookies: [], origins: [] },
    });
    const page = await context.newPage();
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'sign-in');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByText('Enter your e-mail address')).toBeVisible();
    await expectAccessibleEverywhere(page, 'sign-in with an error');
    await page.getByRole('link', { name: 'Create one' }).click();
    await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'sign-up');
    await context.close();
  });

  test('on a new chat, with the list of models closed and open', async ({ chat, page }) => {
    await chat.open();
    await expectAccessibleEverywhere(page, 'new chat');
    await page.setViewportSize({ width: 1440, height: 900 });
    await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
    await expect(page.getByRole('searchbox', { name: 'Search models' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'list of models');
  });

  test('while answers stream, wait, think and fail', async ({ chat, page, stage }) => {
    stage.play({
      Alder: { text: RICH, stallAfterChunks: 50 },
      Birch: { reasoning: fillerText(30), stallAfterChunks: 20 },
      Cedar: { failFirst: [{ status: 429, headers: { 'retry-after': '50' } }] },
      Dogwood: { error: { status: 400 } },
    });
    await chat.open();
    await chat.send('All at once');
    for (const look of ['Answering', 'Thinking', 'Waiting', 'Failed']) {
      await expect(chat.panels.getByText(look, { exact: true })).toBeVisible();
    }
    await expectAccessibleEverywhere(page, 'streaming');
    await page.getByRole('button', { name: 'Stop all' }).click();
    await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(3);
    await expectAccessibleEverywhere(page, 'stopped');
  });

  test('when answers are done, with a pick, and after a follow-up', async ({ chat, page, stage }) => {
    stage.playAll({ text: RICH });
    await chat.open();
    await chat.send('All there is');
    await chat.done(4);
    await chat.prefer('Birch').click();
    await expect(page.getByRole('textbox', { name: 'In your words' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'done with a pick');
    await chat.panel('Birch').getByRole('button', { name: 'More for Birch' }).click();
    await page.getByRole('menuitem', { name: 'Answer again' }).click();
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await expectAccessibleEverywhere(page, 'question before an answer is replaced');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('alertdialog')).toBeHidden();
    await chat.send('And on');
    await expect(chat.turn(2).getByRole('button', { name: /^More for Birch/ })).toBeVisible();
    await expectAccessibleEverywhere(page, 'follow-up');
    await chat.openComparison(1, 3);
    await expectAccessibleEverywhere(page, 'other answers of an earlier turn');
  });

  test('when long answers are done, one is read alone, and a reason is given', async ({
    chat,
    page,
    stage,
  }) => {
    stage.playAll({ text: LONG_ANSWER, tokensPerSecond: 1_500 });
    await chat.open();
    await chat.send('At length');
    await chat.done(4);
    await expect(page.getByRole('button', { name: 'Read from the start' })).toHaveCount(4);
    await expectAccessibleEverywhere(page, 'over, at their ends');
    await page.getByRole('button', { name: 'Read alone: Cedar' }).click();
    await expect(chat.panels).toHaveCount(1);
    await expectAccessibleEverywhere(page, 'read alone');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1024, height: 768 });
    await chat.prefer('Cedar').click();
    await page.getByRole('button', { name: 'Say why' }).click();
    await expect(page.getByRole('textbox', { name: 'In your words' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'reason');
  });

  test('in the menus of the sidebar, after a chat is deleted, and in the list of shortcuts', async ({
    chat,
    page,
  }) => {
    await chat.open();
    await chat.send('Soon gone');
    await chat.done(4);
    await chat.sessionMenu('Soon gone');
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible();
    await expectAccessibleInBothThemes(page, 'menu of a chat');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(page.getByText('Chat deleted')).toBeVisible();
    await expectAccessibleInBothThemes(page, 'deleted');
    await chat.openAccountMenu();
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expectAccessibleInBothThemes(page, 'shortcuts');
  });

  test('in the settings, on the not-found page, and in the list of chats on a small screen', async ({
    browserErrors,
    chat,
    page,
  }) => {
    browserErrors.allow(/status of 400.*providerKey\.set/, 'The server refuses text that is not a key.');
    await page.goto('/settings');
    await clickUntil(page.getByRole('button', { name: /^Add key for OpenAI/ }), page.getByLabel('Your key'));
    await expect(page.getByLabel('Your key')).toBeFocused();
    await expectAccessibleEverywhere(page, 'settings');
    await page.getByLabel('Your key').fill('not a key');
    await page.getByRole('button', { name: 'Save key' }).click();
    await expect(page.getByText('This does not look like a key of OpenAI')).toBeVisible();
    await expectAccessibleEverywhere(page, 'settings with an error');
    await page.goto('/s/ses_00000000000000000000000000');
    await expect(page.getByText('This chat is not here')).toBeVisible();
    await expectAccessibleEverywhere(page, 'not found');
    await page.setViewportSize({ width: 390, height: 844 });
    await chat.open();
    await page.getByRole('button', { name: 'Open chats' }).click();
    await expect(page.getByRole('dialog', { name: 'Chats' })).toBeVisible();
    await expectAccessibleEverywhere(page, 'chats on a small screen');
  });
});
