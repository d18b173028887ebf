import { fillerText } from '@aideator/gateway/testing/script';
import type { Page } from '@playwright/test';
import { expectAccessibleEverywhere } from '../support/axe.ts';
import type { ChatPage } from '../support/chat-page.ts';
import { modelId, NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

const REFUSED = { error: { status: 400, body: { error: { message: 'Not in your region.' } } } };

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const tools = (chat: ChatPage, number = 1) =>
  chat.page.getByRole('group', { name: `All answers to prompt ${number}` });

test('one click retries all failed answers while the others go on', async ({ chat, stage }) => {
  stage.play({
    Alder: { text: fillerText(3_000), tokensPerSecond: 20 },
    Birch: REFUSED,
    Cedar: REFUSED,
  });
  await chat.open();
  await chat.send('Who is there?');
  await expect(chat.panels.getByText('Failed', { exact: true })).toHaveCount(2);
  stage.play({});
  await tools(chat).getByRole('button', { name: 'Retry 2 failed' }).click();
  for (const name of ['Birch', 'Cedar']) await expect(chat.answer(name)).toContainText(`${name} answers.`);
  await expect(chat.panel('Alder').getByText('Answering', { exact: true })).toBeVisible();
  await expect(tools(chat).getByRole('button', { name: 'Retry 2 failed' })).toBeHidden();
  expect(stage.requests('Dogwood')).toHaveLength(1);
  await chat.page.getByRole('button', { name: 'Stop all' }).click();
});

test('retrying all failed answers asks once before it drops what some of them wrote', async ({
  chat,
  stage,
  page,
}) => {
  stage.play({
    Alder: { text: 'Half of it', closeAfterChunks: 2 },
    Birch: { text: 'A part of it', closeAfterChunks: 2 },
    Cedar: REFUSED,
  });
  await chat.open();
  await chat.send('Say it all');
  await expect(chat.panels.getByText('Failed', { exact: true })).toHaveCount(3);
  stage.play({});
  await tools(chat).getByRole('button', { name: 'Retry 3 failed' }).click();
  const question = page.getByRole('alertdialog', { name: 'Replace the answers of Alder and Birch?' });
  await expect(question).toBeVisible();
  // A question hides the rest of the page from roles.
  await expect(page.getByText('Cedar answers.')).toBeVisible();
  await expectAccessibleEverywhere(page, 'the question before several retries');
  await question.getByRole('button', { name: 'Answer again' }).click();
  await chat.done(4);
  for (const name of NAMES) await expect(chat.answer(name)).toContainText(`${name} answers.`);
});

test('all answers are copied as Markdown, under their names and in their order', async ({
  chat,
  stage,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  stage.play({ Birch: { text: 'As **code**:\n\n```ts\nlet a' }, Cedar: REFUSED });
  await chat.open();
  await chat.send('Tell *me*');
  await chat.done(3);
  await tools(chat).getByRole('button', { name: 'Copy all answers' }).click();
  await expect(tools(chat).getByRole('button', { name: 'Copied all answers' })).toBeVisible();
  const copied = await clipboard(page);
  expect(copied).toContain(
    '## Prompt\n\nTell *me*\n\n## Alder\n\nAlder answers.\n\n## Birch\n\nAs **code**:\n\n```ts\nlet a\n```\n\n## Cedar\n\n_',
  );
  expect(copied).toMatch(/_\n\n## Dogwood\n\nDogwood answers\.\n$/);
});

test('Alt+K and Alt+J go from turn to turn, and the list of shortcuts says so', async ({ chat, page }) => {
  await chat.open();
  for (const number of [1, 2, 3]) {
    await chat.send(`Prompt ${number}`);
    await expect(chat.turn(number)).toBeVisible();
    await chat.done(4);
  }
  await chat.prompt.focus();
  await page.keyboard.press('Alt+K');
  await expect(chat.turn(2)).toBeFocused();
  await expect(chat.turn(2).getByText('Prompt 2', { exact: true })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Alt+K');
  await expect(chat.turn(1)).toBeFocused();
  await page.keyboard.press('Alt+K');
  await expect(chat.turn(1)).toBeFocused();
  await page.keyboard.press('Alt+J');
  await page.keyboard.press('Alt+J');
  await expect(chat.turn(3)).toBeFocused();
  await expect(chat.turn(3).getByText('Prompt 3', { exact: true })).toBeInViewport({ ratio: 1 });
  await expect(chat.prompt).toHaveValue('');
  await chat.openAccountMenu();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog).toContainText('Go to the previous prompt');
  await page.keyboard.press('Alt+K');
  await expect(dialog.locator(':focus')).toHaveCount(1);
});

test('"Go on" asks the model of a cut answer for the rest, without a verdict and without the draft', async ({
  chat,
  stage,
  page,
}) => {
  stage.play({ Birch: { text: 'One, two,', finishReason: 'length' } });
  await chat.open();
  await chat.send('Count to four');
  await chat.done(4);
  await expect(chat.answer('Birch')).toContainText('Cut at the output limit');
  await expectAccessibleEverywhere(page, 'an answer that was cut');
  await chat.prompt.fill('My next idea');
  stage.play({ Birch: { text: 'three, four.' } });
  const goOn = chat.panel('Birch').getByRole('button', { name: 'Go on with Birch' });
  await expect(page.getByRole('button', { name: /^Go on/ })).toHaveCount(1);
  await goOn.focus();
  await page.keyboard.press('Enter');
  await expect(chat.turn(2)).toContainText('three, four.');
  await expect(chat.turn(2)).toBeFocused();
  expect(stage.requests('Birch')).toHaveLength(2);
  expect(stage.requests('Birch').at(-1)?.body).toMatchObject({
    messages: [
      { role: 'user', content: 'Count to four' },
      { role: 'assistant', content: 'One, two,' },
      { role: 'user', content: expect.stringContaining('Go on exactly where you stopped') },
    ],
  });
  expect(stage.requests('Alder')).toHaveLength(1);
  await expect(chat.turn(1).getByText('Prefer an answer to continue')).toBeVisible();
  await expect(chat.prompt).toHaveValue('My next idea');
  await expect(chat.composer.getByRole('button', { name: 'Send to 4 models' })).toBeVisible();
});

test('"Go on" waits until the other answers are done, and is offered for the newest turn only', async ({
  chat,
  stage,
  page,
}) => {
  stage.play({
    Alder: { text: fillerText(3_000), tokensPerSecond: 20 },
    Birch: { text: 'One, two,', finishReason: 'length' },
  });
  await chat.open();
  await chat.send('Count to four');
  const goOn = page.getByRole('button', { name: 'Go on with Birch' });
  await expect(goOn).toBeDisabled();
  await page.getByRole('button', { name: 'Stop all' }).click();
  await expect(goOn).toBeEnabled();
  await chat.prefer('Alder').click();
  await expect(goOn).toBeHidden();
  await chat.prefer('Birch').click();
  await goOn.click();
  await expect(chat.turn(2)).toContainText('One, two,');
  expect(stage.requests('Birch')).toHaveLength(2);
  await expect(chat.turn(2).getByRole('button', { name: 'Go on with Birch' })).toBeEnabled();
  await expect(goOn).toHaveCount(1);
});

/** Compares six answers: the page's four models, and the first two of them again. */
async function compareSix(chat: ChatPage): Promise<void> {
  await chat.open();
  await chat.page.route(/turn\.submit/, (route) => {
    const body = JSON.parse(route.request().postData() ?? '{}');
    const input = body.json ?? body[0].json;
    input.panels = [...NAMES, ...NAMES.slice(0, 2)].map((name) => ({ modelId: modelId(name) }));
    return route.continue({ postData: JSON.stringify(body) });
  });
  await chat.send('Six of you');
  await expect(chat.panels).toHaveCount(6);
  await chat.page.unrouteAll({ behavior: 'wait' });
}

test('panels after the fourth are folded away, with their state in sight, and the choice is remembered', async ({
  chat,
  page,
}) => {
  await compareSix(chat);
  const bar = chat.turn(1).getByRole('list').last();
  await expect(bar.getByText('Done', { exact: true })).toHaveCount(2);
  await expect(bar.getByRole('listitem')).toHaveText([/^Alder/, /^Birch/]);
  await expect(chat.panels.filter({ visible: true })).toHaveCount(4);
  await expectAccessibleEverywhere(page, 'two of six panels folded away');
  await page.getByRole('button', { name: 'Show 2 more' }).focus();
  await page.keyboard.press('Enter');
  await expect(chat.panels.filter({ visible: true })).toHaveCount(6);
  await expectAccessibleEverywhere(page, 'six panels');
  await chat.reload();
  await expect(chat.panels.filter({ visible: true })).toHaveCount(6);
  await page.getByRole('button', { name: 'Show only 4' }).click();
  await expect(chat.panels.filter({ visible: true })).toHaveCount(4);
  await chat.reload();
  await expect(chat.panels.filter({ visible: true })).toHaveCount(4);
});

test('a key reaches a panel that is folded away, and in one column nothing is', async ({ chat, page }) => {
  await compareSix(chat);
  await expect(chat.panels.getByText('Done', { exact: true }).filter({ visible: true })).toHaveCount(4);
  await page.keyboard.press('Alt+6');
  await expect(chat.panels.nth(5)).toBeFocused();
  await page.getByRole('button', { name: 'Show only 4' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(chat.panels.filter({ visible: true })).toHaveCount(6);
  await expect(page.getByRole('button', { name: 'Show 2 more' })).toBeHidden();
});

test('Alt+0 shows the focused answer alone, and all again, without losing the focus', async ({
  chat,
  page,
}) => {
  await chat.open();
  await chat.send('One of you');
  await chat.done(4);
  await page.keyboard.press('Alt+0');
  await expect(chat.panels).toHaveCount(1);
  await expect(chat.panel('Alder')).toBeFocused();
  await page.keyboard.press('Alt+0');
  await expect(chat.panels).toHaveCount(4);
  await page.keyboard.press('Alt+3');
  await page.keyboard.press('Alt+0');
  await expect(chat.panels).toHaveCount(1);
  await expect(chat.panel('Cedar')).toBeFocused();
  await page.keyboard.press('Alt+0');
  await expect(chat.panels).toHaveCount(4);
  await expect(chat.panel('Cedar')).toBeFocused();
});
