import { fillerText } from '@aideator/gateway/testing/script';
import type { ChatPage } from '../support/chat-page.ts';
import { expect, test } from '../support/scripted.ts';

const TEXT = { text: fillerText(300) };
const LONG_CODE = [
  'Here you are:',
  '',
  '```ts',
  `export const line = [${Array.from({ length: 60 }, (_, i) => `'part ${i}'`).join(', ')}];`,
  'function add(a: number, b: number): number {',
  '  return a + b;',
  '}',
  '```',
].join('\n');

async function boxes(chat: ChatPage) {
  await expect(chat.panels).toHaveCount(4);
  const all = await Promise.all((await chat.panels.all()).map((panel) => panel.boundingBox()));
  return all.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
}

const overflow = (chat: ChatPage) =>
  chat.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The names in the panel headers. */
const names = async (chat: ChatPage) =>
  Promise.all((await chat.panels.getByRole('heading', { level: 3 }).all()).map((name) => name.boundingBox()));

async function compare(chat: ChatPage, size: { width: number; height: number }) {
  await chat.page.setViewportSize(size);
  await chat.open();
  await chat.send('Fill the panels');
  await chat.done(4);
}

test('at 1440 pixels four panels fit in one row, wide enough to read', async ({ chat, stage }) => {
  stage.playAll(TEXT);
  await compare(chat, { width: 1440, height: 900 });
  const all = await boxes(chat);
  expect(new Set(all.map((box) => box.y)).size).toBe(1);
  expect(new Set(all.map((box) => box.x)).size).toBe(4);
  for (const box of all) expect(box.width).toBeGreaterThanOrEqual(260);
  expect(await overflow(chat)).toBeLessThanOrEqual(0);
});

test('at 1024 pixels there are two panels per row', async ({ chat, stage }) => {
  stage.playAll(TEXT);
  await compare(chat, { width: 1024, height: 768 });
  const all = await boxes(chat);
  expect(new Set(all.map((box) => box.x)).size).toBe(2);
  expect(new Set(all.map((box) => box.y)).size).toBe(2);
  for (const box of all) expect(box.width).toBeGreaterThanOrEqual(300);
  expect(await overflow(chat)).toBeLessThanOrEqual(0);
});

test('at 1024 by 768 pixels both rows are usable above the composer, even with a prompt of two lines', async ({
  chat,
  stage,
}) => {
  stage.playAll(TEXT);
  await chat.page.setViewportSize({ width: 1024, height: 768 });
  await chat.open();
  await chat.send(
    'A prompt that takes two lines at this width, because it goes on for longer than one line has room',
  );
  await chat.done(4);
  const composerTop = (await chat.composer.boundingBox())?.y ?? 0;
  for (const panel of await chat.panels.all()) {
    const answer = await panel.getByRole('group', { name: /^Answer of/ }).boundingBox();
    expect(answer?.height).toBeGreaterThanOrEqual(130);
    const parts = [
      panel.getByRole('heading', { level: 3 }),
      panel.getByRole('button', { name: /^I prefer this response/ }),
      ...(await panel.getByRole('definition').all()),
    ];
    for (const part of parts) {
      await expect(part).toBeInViewport({ ratio: 1 });
      const box = await part.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(composerTop);
    }
  }
  await expect(chat.page.getByRole('button', { name: 'Equally good' })).toBeInViewport({ ratio: 1 });
});

test('a pick, its reason and its removal move no panel and no name', async ({ chat, stage }) => {
  stage.playAll(TEXT);
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
  ]) {
    await compare(chat, size);
    const before = await boxes(chat);
    const namesBefore = await names(chat);
    await chat.prefer('Birch').click();
    await expect(chat.page.getByText('You prefer Birch', { exact: true })).toBeVisible();
    expect(await boxes(chat)).toEqual(before);
    expect(await names(chat)).toEqual(namesBefore);
    const sayWhy = chat.page.getByRole('button', { name: 'Say why' });
    if (await sayWhy.isVisible()) await sayWhy.click();
    await chat.page.getByRole('button', { name: 'Clearer' }).click();
    await chat.page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(chat.page.getByText('Because: Clearer')).toBeVisible();
    expect(await boxes(chat)).toEqual(before);
    await chat.page.getByRole('button', { name: 'Undo' }).click();
    await expect(chat.page.getByText('Prefer an answer to continue')).toBeVisible();
    expect(await boxes(chat)).toEqual(before);
  }
});

test('at 390 pixels one panel is shown at a time, chosen by name or swipe, without sideways scrolling', async ({
  chat,
  stage,
}) => {
  stage.playAll(TEXT);
  await compare(chat, { width: 390, height: 844 });
  for (const box of await boxes(chat)) expect(box.width).toBeGreaterThanOrEqual(300);
  expect(await overflow(chat)).toBeLessThanOrEqual(0);
  await expect(chat.panel('Alder')).toBeInViewport({ ratio: 0.9 });
  const tabs = chat.page.getByRole('navigation', { name: 'Answers to prompt 1' });
  await tabs.getByRole('button', { name: 'Cedar' }).click();
  await expect(chat.panel('Cedar')).toBeInViewport({ ratio: 0.9 });
  await expect(tabs.getByRole('button', { name: 'Cedar' })).toHaveAttribute('aria-current', 'true');
  await chat.panel('Cedar').evaluate((panel) => panel.parentElement?.scrollBy({ left: 400 }));
  await expect(chat.panel('Dogwood')).toBeInViewport({ ratio: 0.9 });
  await expect(tabs.getByRole('button', { name: 'Dogwood' })).toHaveAttribute('aria-current', 'true');
  await expect(chat.prompt).toBeInViewport();
});

test('a window that becomes narrow shows the first answer and says so', async ({ chat, stage }) => {
  stage.playAll(TEXT);
  await compare(chat, { width: 1440, height: 900 });
  await chat.page.setViewportSize({ width: 390, height: 844 });
  await expect(chat.panel('Alder')).toBeInViewport({ ratio: 0.9 });
  await expect(chat.page.getByRole('navigation', { name: 'Answers to prompt 1' })).toContainText('1 of 4');
});

test('at 390 pixels a conversation with long code still fits', async ({ chat, stage }) => {
  stage.playAll({ text: LONG_CODE });
  await compare(chat, { width: 390, height: 844 });
  await chat.prefer('Alder').click();
  await chat.send('Go on');
  await expect(chat.turn(2).getByRole('button', { name: /^More for Alder/ })).toBeVisible();
  for (const number of [1, 2]) {
    const box = await chat.turn(number).boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  }
  expect(await overflow(chat)).toBeLessThanOrEqual(0);
});

test('a long line of code is coloured and scrolls inside its block, not the panel', async ({
  chat,
  stage,
}) => {
  stage.playAll({ text: LONG_CODE });
  await compare(chat, { width: 1440, height: 900 });
  const block = chat.answer('Alder').locator('pre');
  await expect(block).toContainText('function add(a: number, b: number): number {');
  await expect.poll(() => block.evaluate((pre) => pre.scrollWidth - pre.clientWidth)).toBeGreaterThan(500);
  const answer = chat.answer('Alder');
  expect(await answer.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
  const colours = () =>
    block.evaluate((pre) => {
      const spans = [...pre.querySelectorAll('code span')].filter((span) => span.childElementCount === 0);
      return new Set(spans.map((span) => getComputedStyle(span).color)).size;
    });
  await expect.poll(colours).toBeGreaterThanOrEqual(3);
  expect(await overflow(chat)).toBeLessThanOrEqual(0);
});

test('the chosen theme survives a reload', async ({ chat }) => {
  const isDark = () => chat.page.evaluate(() => document.documentElement.classList.contains('dark'));
  await chat.open();
  expect(await isDark()).toBe(false);
  await chat.openAccountMenu();
  await chat.page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(isDark).toBe(true);
  await chat.reload();
  await expect(chat.prompt).toBeVisible();
  expect(await isDark()).toBe(true);
  await chat.page.keyboard.press('Escape');
  await chat.openAccountMenu();
  await chat.page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect.poll(isDark).toBe(false);
});
