import { fillerText } from '@aideator/gateway/testing/script';
import type { Locator } from '@playwright/test';
import { expectAccessibleEverywhere } from '../support/axe.ts';
import type { ChatPage } from '../support/chat-page.ts';
import { expect, test } from '../support/scripted.ts';
import { settled } from '../support/settled.ts';

/** Rounding of widths to whole pixels. */
const NEAR_PX = 2;

/** An answer of this many paragraphs. */
const paragraphs = (count: number) => ({
  text: Array.from({ length: count }, (_, index) => `Paragraph ${index + 1} of ${count}.`).join('\n\n'),
});
const share = (box: Locator) =>
  box.evaluate(({ scrollTop, scrollHeight, clientHeight }) => scrollTop / (scrollHeight - clientHeight));

async function compare(chat: ChatPage): Promise<void> {
  await chat.open();
  await chat.send('Side by side');
  await chat.done(4);
}

async function widths(chat: ChatPage): Promise<number[]> {
  const boxes = await Promise.all((await chat.panels.all()).map((panel) => panel.boundingBox()));
  return boxes.map((box) => box?.width ?? 0);
}

const edge = (chat: ChatPage, column: number) =>
  chat.page.getByRole('separator', { name: `Width of column ${column}` });

/** Drags an edge sideways. */
async function drag(chat: ChatPage, separator: Locator, byPx: number): Promise<void> {
  const box = await separator.boundingBox();
  if (!box) throw new Error('the edge is not visible');
  const y = box.y + box.height / 3;
  await chat.page.mouse.move(box.x + box.width / 2, y);
  await chat.page.mouse.down();
  await chat.page.mouse.move(box.x + box.width / 2 + byPx / 2, y);
  await chat.page.mouse.move(box.x + box.width / 2 + byPx, y);
  await chat.page.mouse.up();
}

test('a column is resized with the mouse, keeps its width after a reload, and a double click resets it', async ({
  chat,
  stage,
}) => {
  stage.playAll({ text: fillerText(300) });
  await compare(chat);
  const before = await widths(chat);
  await drag(chat, edge(chat, 2), 60);
  const after = await widths(chat);
  expect(Math.abs((after[1] ?? 0) - (before[1] ?? 0) - 60)).toBeLessThanOrEqual(NEAR_PX);
  expect(Math.abs((after[2] ?? 0) - (before[2] ?? 0) + 60)).toBeLessThanOrEqual(NEAR_PX);
  for (const other of [0, 3]) {
    expect(Math.abs((after[other] ?? 0) - (before[other] ?? 0))).toBeLessThanOrEqual(NEAR_PX);
  }
  await expect(edge(chat, 2)).toHaveAttribute('aria-valuenow', '61');
  await chat.reload();
  await chat.done(4);
  expect(await widths(chat)).toEqual(after);
  await drag(chat, edge(chat, 1), -2_000);
  for (const width of await widths(chat)) expect(width).toBeGreaterThanOrEqual(190);
  await edge(chat, 1).dblclick();
  await expect(edge(chat, 1)).toHaveAttribute('aria-valuenow', '50');
  expect(await widths(chat)).toEqual(before);
});

test('a column is resized with the keyboard', async ({ chat, page }) => {
  await compare(chat);
  const before = await widths(chat);
  const first = async () => (await widths(chat))[0] ?? 0;
  await edge(chat, 1).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(first).toBeGreaterThan((before[0] ?? 0) + 20);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(first).toBeLessThan((before[0] ?? 0) - 60);
  await page.keyboard.press('End');
  await expect.poll(async () => Math.round((await widths(chat))[1] ?? 0)).toBe(192);
  await page.keyboard.press('Enter');
  await expect.poll(() => widths(chat)).toEqual(before);
  await expect(edge(chat, 1)).toBeFocused();
});

test('each number of columns has widths of its own, and one column has no edges', async ({ chat, page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await compare(chat);
  await expect(page.getByRole('separator', { name: /^Width of column/ })).toHaveCount(1);
  const before = await widths(chat);
  await drag(chat, edge(chat, 1), 80);
  const after = await widths(chat);
  expect(Math.abs((after[0] ?? 0) - (before[0] ?? 0) - 80)).toBeLessThanOrEqual(NEAR_PX);
  expect(after[2]).toBe(after[0]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole('separator', { name: /^Width of column/ })).toHaveCount(3);
  expect(new Set((await widths(chat)).map(Math.round)).size).toBe(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole('separator', { name: /^Width of column/ })).toHaveCount(0);
  await page.setViewportSize({ width: 1024, height: 768 });
  expect(await widths(chat)).toEqual(after);
});

test('axe finds nothing in columns of different widths', async ({ chat, stage, page }) => {
  stage.playAll({ text: fillerText(300) });
  await compare(chat);
  await drag(chat, edge(chat, 1), -2_000);
  await edge(chat, 2).focus();
  await expectAccessibleEverywhere(page, 'columns of different widths');
});

test('answers of different lengths scroll together by share, while the toggle is on, which is remembered', async ({
  chat,
  stage,
  page,
}) => {
  stage.play({ Alder: paragraphs(40), Birch: paragraphs(80), Cedar: paragraphs(160) });
  await compare(chat);
  await chat.reload();
  await chat.done(4);
  const toggle = page.getByRole('button', { name: 'Scroll all answers together' });
  await chat.answer('Alder').hover();
  await page.mouse.wheel(0, 300);
  await expect.poll(() => share(chat.answer('Alder'))).toBeGreaterThan(0.1);
  expect(await share(chat.answer('Birch'))).toBe(0);

  await toggle.focus();
  await page.keyboard.press('Enter');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await chat.answer('Birch').hover();
  await page.mouse.wheel(0, 1_000);
  await expect.poll(() => share(chat.answer('Birch'))).toBeGreaterThan(0.3);
  const differences = async () => {
    const leader = await share(chat.answer('Birch'));
    const others = [await share(chat.answer('Alder')), await share(chat.answer('Cedar'))];
    return Math.max(...others.map((other) => Math.abs(other - leader)));
  };
  await expect.poll(differences).toBeLessThan(0.01);
  await chat.answer('Cedar').focus();
  await page.keyboard.press('End');
  await expect.poll(() => share(chat.answer('Alder'))).toBeGreaterThan(0.99);
  await expect.poll(differences).toBeLessThan(0.01);
  await expectAccessibleEverywhere(page, 'answers that scroll together');

  await chat.reload();
  await chat.done(4);
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(toggle).toBeHidden();
});

test('an answer keeps its place while another one is read alone', async ({ chat, stage, page }) => {
  stage.playAll(paragraphs(80));
  await compare(chat);
  await chat.reload();
  await chat.done(4);
  await chat.answer('Cedar').hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(() => share(chat.answer('Cedar'))).toBeGreaterThan(0.1);
  await settled(page);
  const before = await chat.answer('Cedar').evaluate((box) => box.scrollTop);
  await chat.panel('Birch').getByRole('button', { name: 'Read alone: Birch' }).click();
  await expect(chat.panels).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(chat.panels).toHaveCount(4);
  await expect.poll(() => chat.answer('Cedar').evaluate((box) => box.scrollTop)).toBe(before);
  expect(await share(chat.answer('Alder'))).toBe(0);
});

test('an answer that is still growing does not scroll the one that is being read', async ({
  chat,
  stage,
  page,
}) => {
  stage.play({ Alder: { text: fillerText(5_000), tokensPerSecond: 60 }, Birch: paragraphs(80) });
  await chat.open();
  await chat.send('Keep going');
  await expect(chat.panels.getByText('Done', { exact: true })).toHaveCount(3);
  await page.getByRole('button', { name: 'Scroll all answers together' }).click();
  await chat.answer('Birch').hover();
  await page.mouse.wheel(0, -10_000);
  await expect.poll(() => share(chat.answer('Birch'))).toBe(0);
  const height = await chat.answer('Alder').evaluate((box) => box.scrollHeight);
  await expect
    .poll(() => chat.answer('Alder').evaluate((box) => box.scrollHeight))
    .toBeGreaterThan(height + 100);
  expect(await share(chat.answer('Birch'))).toBe(0);
  await page.getByRole('button', { name: 'Stop all' }).click();
});
