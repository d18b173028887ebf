import type { Page } from '@playwright/test';
import { expectAccessible, expectAccessibleEverywhere } from '../support/axe.ts';
import type { ChatPage } from '../support/chat-page.ts';
import { NAMES } from '../support/models.ts';
import { Received } from '../support/received.ts';
import { expect, test } from '../support/scripted.ts';

/** Names, ids (`alder-1`) and providers (`Alder Works`) of the four models. */
const TELLING = new RegExp(NAMES.join('|'), 'i');
const FIGURES = /"(usage|timings|costUsd|firstTokenMs|answeredBy|parameters|provider|finishReason|detail)"/;
const LETTERS = ['A', 'B', 'C', 'D'].map((letter) => `Answer ${letter}`);
const TEXTS = { Alder: 'Water.', Birch: 'Wind.', Cedar: 'Earth.', Dogwood: 'Fire.' };

const blindSwitch = (chat: ChatPage) => chat.composer.getByRole('button', { name: 'Blind' });
const scripts = (more: object = {}) => ({
  Alder: { text: TEXTS.Alder, reasoning: 'I am Alder.', ...more },
  Birch: { text: TEXTS.Birch },
  Cedar: { text: TEXTS.Cedar },
  Dogwood: { text: TEXTS.Dogwood },
});

async function askBlind(chat: ChatPage, prompt: string): Promise<void> {
  await chat.open();
  await blindSwitch(chat).click();
  await expect(blindSwitch(chat)).toHaveAttribute('aria-pressed', 'true');
  await chat.send(prompt);
}

/** What the page holds of the newest turn, as markup and as assistive technology reads it. */
async function turnOnPage(page: Page): Promise<string> {
  const turn = page.locator('[data-turn]:last-of-type');
  return `${await turn.evaluate((each) => each.outerHTML)}\n${await turn.ariaSnapshot()}`;
}

const storage = (page: Page) =>
  page.evaluate(() =>
    [localStorage, sessionStorage]
      .flatMap((box) => Object.entries({ ...box }))
      .filter(([key]) => !key.startsWith('aideator:models:'))
      .join('\n'),
  );

const countOf = (text: string) => text.split(TELLING).length;

test('before the verdict nothing that the browser receives, shows or stores tells which model gave an answer', async ({
  chat,
  stage,
}) => {
  const { page } = chat;
  stage.play({
    ...scripts(),
    Dogwood: { error: { status: 400, body: { error: { message: 'dogwood-1 of Dogwood Works is gone' } } } },
  });
  const received = await Received.on(page);
  const openPage = await page.request.get('/');
  await askBlind(chat, 'Which element?');
  for (const name of LETTERS) await expect(chat.panel(name)).toBeVisible();
  await chat.done(3);
  await page.getByText('the names appear with your verdict').waitFor();
  expect(received.events.join()).toContain('Water.');
  const html = await (await page.request.get(page.url())).text();
  await chat.reload();
  await chat.done(3);
  // The markup of the page has the list of models for the picker, as that of a new chat.
  expect(countOf(html)).toBeLessThanOrEqual(countOf(await openPage.text()));
  expect(await received.all()).not.toMatch(TELLING);
  expect(await received.all()).not.toMatch(FIGURES);
  expect(await turnOnPage(page)).not.toMatch(TELLING);
  expect(await storage(page)).not.toMatch(TELLING);
  expect(await page.title()).not.toMatch(TELLING);
  await expectAccessible(page, 'a blind turn with a failed answer');

  const best = await panelWith(chat, TEXTS.Alder);
  await chat.saving('set', () => chat.prefer(best).click());
  await expect(chat.panel('Alder')).toContainText('Water.');
  await expect(chat.announcements).toContainText(`${best} is Alder`);
  expect(await received.all()).toMatch(FIGURES);
});

/** The name of the panel that shows this text. */
async function panelWith(chat: ChatPage, text: string): Promise<string> {
  const panel = chat.panels.filter({ hasText: text });
  const label = await panel.getAttribute('aria-label');
  return label?.replace(/, prompt.*/, '') ?? 'no panel';
}

test('no text appears until all answers are there; the page says how many are', async ({ chat, stage }) => {
  stage.play(scripts({ firstTokenMs: 2_500 }));
  await askBlind(chat, 'Who is slow?');
  await expect(chat.page.getByText('3 of 4 done')).toBeVisible();
  await expect(chat.page.getByText('the answers appear when all are there')).toBeVisible();
  for (const text of Object.values(TEXTS)) await expect(chat.page.getByText(text)).toBeHidden();
  await chat.done(4);
  for (const text of Object.values(TEXTS)) await expect(chat.page.getByText(text)).toBeVisible();
});

test('a change after the reveal is given with the names known', async ({ chat, stage }) => {
  stage.play(scripts());
  await askBlind(chat, 'And then?');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Answer A').click());
  await expect(chat.page.getByText('Judged blind.')).toBeVisible();
  const other = chat.panels.filter({ hasNot: chat.page.locator('[aria-pressed=true]') }).first();
  await chat.saving('set', () => other.getByRole('button', { name: /I prefer this response/ }).click());
  await expect(chat.page.getByText('Judged with the names known.')).toBeVisible();
  await chat.reload();
  await expect(chat.page.getByText('Judged with the names known.')).toBeVisible();
});

test('names can be shown without a verdict, by keyboard alone', async ({ chat, stage }) => {
  const { page } = chat;
  stage.play(scripts());
  await chat.open();
  await blindSwitch(chat).focus();
  await page.keyboard.press('Space');
  await expect(blindSwitch(chat)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'When the answers appear' })).toBeFocused();
  await chat.send('Who are you?');
  await chat.done(4);
  await page.keyboard.press('Alt+1');
  await expect(chat.panel('Answer A')).toBeFocused();
  await page.getByRole('button', { name: 'Show names' }).focus();
  await page.keyboard.press('Enter');
  for (const name of NAMES) await expect(chat.panel(name)).toBeVisible();
  await expect(page.getByText('A verdict from here on is not blind.')).toBeVisible();
});

test('evenly paced answers grow together', async ({ chat, stage }) => {
  const long = 'word '.repeat(60).trim();
  stage.playAll({ text: long, tokensPerSecond: 200 });
  stage.gateway.setScript('alder-1', { text: long, tokensPerSecond: 30 });
  const received = await Received.on(chat.page);
  await chat.open();
  await blindSwitch(chat).click();
  await chat.composer.getByRole('combobox').selectOption('even');
  await chat.send('Slowly, please.');
  await chat.done(4, 30_000);
  const lengths = [0, 0, 0, 0];
  let known: string[] = [];
  for (const event of received.events) {
    const { json } = JSON.parse(event.slice(event.indexOf('{')));
    // Not an event of the turn but of the transport.
    if (!json) continue;
    for (const [i, { text }] of (json.responses ?? []).entries()) lengths[i] = text.length;
    const ids: string[] =
      json.responses?.map(({ responseId }: { responseId: string }) => responseId) ?? known;
    known = ids;
    for (const { responseId, textLength } of json.patches ?? [])
      if (textLength !== undefined) lengths[ids.indexOf(responseId)] = textLength;
    expect(new Set(lengths).size, event).toBe(1);
  }
});

test('a chat keeps its choice, and the settings hold the default', async ({ chat, stage }) => {
  const { page } = chat;
  stage.play(scripts());
  await askBlind(chat, 'Keep it?');
  await chat.done(4);
  await chat.reload();
  await expect(blindSwitch(chat)).toHaveAttribute('aria-pressed', 'true');
  await expect(chat.composer.getByRole('button', { name: 'Send to 4 models' })).toBeVisible();
  await chat.open();
  await expect(blindSwitch(chat)).toHaveAttribute('aria-pressed', 'false');
  await page.goto('/settings');
  await page.getByRole('checkbox', { name: /^Blind/ }).check();
  await page.getByRole('radio', { name: 'Evenly paced' }).check();
  await expectAccessible(page, 'settings of comparisons');
  await chat.open();
  await expect(blindSwitch(chat)).toHaveAttribute('aria-pressed', 'true');
  await expect(chat.composer.getByRole('combobox')).toHaveValue('even');
});

test('is accessible in every state', async ({ chat, stage }) => {
  stage.play(scripts({ firstTokenMs: 6_000 }));
  await askBlind(chat, 'Accessible?');
  await expect(chat.page.getByText('3 of 4 done')).toBeVisible();
  await expectAccessible(chat.page, 'waiting');
  await chat.done(4);
  await expectAccessibleEverywhere(chat.page, 'a blind turn');
  await chat.saving('set', () => chat.prefer('Answer B').click());
  await expect(chat.page.getByText('Judged blind.')).toBeVisible();
  await expectAccessibleEverywhere(chat.page, 'a revealed turn');
});
