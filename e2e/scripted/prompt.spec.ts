import { signIn, signOut } from '../support/chat-page.ts';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

const PROMPT = 'A prompt that took\nsome time to write';

test('a prompt survives a failed submit and is sent with the next try', async ({
  browserErrors,
  chat,
  stage,
}) => {
  browserErrors.allow(/status of 500.*turn\.submit/, 'The test answers the submit with an error.');
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

test('a prompt typed before hydration is kept', async ({ chat }) => {
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
  // A sign-out ends the sign-in on the server. The other tests share theirs, so this test uses its own.
  await chat.page.context().clearCookies();
  await chat.page.goto('/sign-in');
  await signIn(chat.page, account);
  await chat.open();
  await chat.prompt.fill(PROMPT);
  await signOut(chat);
  await signIn(chat.page, account);
  await expect(chat.prompt).toHaveValue(PROMPT);
});

test('a prompt sent after the sign-in ended leads to the sign-in page and is kept', async ({
  browserErrors,
  chat,
  account,
  stage,
}) => {
  browserErrors.allow(/status of 401.*turn\.submit/, 'The test sends without a cookie.');
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

test('a prompt that is sent again because the reply got lost is not answered twice', async ({
  browserErrors,
  chat,
  stage,
}) => {
  browserErrors.allow(/ERR_CONNECTION_RESET.*turn\.submit/, 'The test drops the reply to the submit.');
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

test('Shift+Enter inserts a line break, and an empty prompt cannot be sent', async ({ chat, stage }) => {
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
