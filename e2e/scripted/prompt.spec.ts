import { signIn, signOut } from '../support/chat-page.ts';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

const PROMPT = 'A prompt that took\nsome time to write';

test('a prompt survives a submit that fails, and goes with the next try', async ({ chat, stage }) => {
  await chat.open();
  await chat.page.route('**/api/trpc/turn.submit*', (route) => route.fulfill({ status: 500, body: 'oops' }));
  await chat.send(PROMPT);
  await expect(
    chat.page.getByRole('alert').filter({ hasText: /nothing you typed is lost|try again/i }),
  ).toBeVisible();
  await expect(chat.prompt).toHaveValue(PROMPT);
  await chat.page.unroute('**/api/trpc/turn.submit*');
  await chat.prompt.press('Enter');
  await chat.done(4);
  await expect(chat.prompt).toHaveValue('');
  expect(stage.requests()).toHaveLength(4);
});

test('a prompt that is typed before the page reacts is kept when it does', async ({ chat }) => {
  let release = () => {};
  const typed = new Promise<void>((resolve) => {
    release = resolve;
  });
  await chat.page.route('**/_next/static/**/*.js', async (route) => {
    await typed;
    await route.continue();
  });
  await chat.page.goto('/', { waitUntil: 'commit' });
  await chat.prompt.fill(PROMPT);
  release();
  await expect(chat.prompt).toHaveAttribute('data-ready');
  await expect(chat.prompt).toHaveValue(PROMPT);
  await chat.prompt.press('Enter');
  await chat.done(4);
});

test('a prompt survives a reload', async ({ chat }) => {
  await chat.open();
  await chat.prompt.fill(PROMPT);
  await chat.reload();
  await expect(chat.prompt).toHaveValue(PROMPT);
});

test('a prompt survives signing out and in again', async ({ chat, account }) => {
  await chat.open();
  await chat.prompt.fill(PROMPT);
  await signOut(chat);
  await signIn(chat.page, account);
  await expect(chat.prompt).toHaveValue(PROMPT);
});

test('a prompt that is sent after the session ended leads to the sign-in and is there afterwards', async ({
  chat,
  account,
  stage,
}) => {
  await chat.open();
  await chat.page.context().clearCookies();
  await chat.send(PROMPT);
  await expect(chat.page).toHaveURL(/\/sign-in/);
  await signIn(chat.page, account);
  await expect(chat.prompt).toHaveValue(PROMPT);
  expect(stage.requests()).toEqual([]);
});

test('Enter twice and a double click make one turn, with one call of each model', async ({ chat, stage }) => {
  await chat.open();
  await chat.prompt.fill('Once');
  await chat.prompt.evaluate((field) => {
    const enter = () => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    enter();
    enter();
  });
  await chat.done(4);
  for (const name of NAMES) expect(stage.requests(name)).toHaveLength(1);
  await chat.open();
  await chat.prompt.fill('Once more');
  await chat.composer.getByRole('button', { name: 'Send to 4 models' }).dblclick();
  await chat.done(4);
  for (const name of NAMES) expect(stage.requests(name)).toHaveLength(2);
  await expect(chat.page.getByRole('article')).toHaveCount(1);
});

test('a prompt whose acceptance got lost on the way is not answered twice when it is sent again', async ({
  chat,
  stage,
}) => {
  await chat.open();
  await chat.page.route('**/api/trpc/turn.submit*', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await chat.send('Lost and found');
  await expect(chat.page.getByRole('alert').filter({ hasText: 'cannot be reached' })).toBeVisible();
  await chat.page.unroute('**/api/trpc/turn.submit*');
  await chat.prompt.press('Enter');
  await chat.done(4);
  expect(stage.requests()).toHaveLength(4);
});

test('Shift+Enter makes a line, and an empty prompt cannot be sent', async ({ chat, stage }) => {
  await chat.open();
  await expect(chat.composer.getByRole('button', { name: 'Send to 4 models' })).toBeDisabled();
  await chat.prompt.press('Enter');
  await chat.prompt.pressSequentially('one');
  await chat.prompt.press('Shift+Enter');
  await chat.prompt.pressSequentially('two');
  await expect(chat.prompt).toHaveValue('one\ntwo');
  await expect(chat.page).toHaveURL(/\/$/);
  expect(stage.requests()).toEqual([]);
});
