import { fillerText } from '@aideator/gateway/testing/script';
import type { Locator } from '@playwright/test';
import type { ChatPage } from '../support/chat-page.ts';
import { HARD_ANSWERS, LONG_ANSWER } from '../support/hard-answers.ts';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

const LONG = { text: LONG_ANSWER, tokensPerSecond: 1_500 };
const BEGINS = 'It begins here.';

const scrollTop = (box: Locator) => box.evaluate((element) => element.scrollTop);

async function compare(chat: ChatPage): Promise<void> {
  await chat.open();
  await chat.send('At length');
  await chat.done(4);
}

test('a finished answer keeps its scroll position, and one click takes all unscrolled ones to their start', async ({
  chat,
  stage,
}) => {
  stage.playAll(LONG);
  await compare(chat);
  const pill = (name: string) => chat.panel(name).getByRole('button', { name: 'Read from the start' });
  for (const name of NAMES) await expect(pill(name)).toBeVisible();
  for (const name of NAMES) expect(await scrollTop(chat.answer(name))).toBeGreaterThan(100);

  await chat.answer('Dogwood').hover();
  await chat.page.mouse.wheel(0, -200);
  await expect(pill('Dogwood')).toBeHidden();
  const read = await scrollTop(chat.answer('Dogwood'));
  await pill('Alder').click();
  for (const name of ['Alder', 'Birch', 'Cedar']) {
    await expect.poll(() => scrollTop(chat.answer(name))).toBe(0);
    await expect(chat.answer(name).getByText(BEGINS)).toBeInViewport();
    await expect(pill(name)).toBeHidden();
  }
  expect(await scrollTop(chat.answer('Dogwood'))).toBe(read);
  await expect(chat.answer('Alder')).toBeFocused();
});

test('an answer that fits has no button to its start', async ({ chat, page }) => {
  await compare(chat);
  await expect(page.getByRole('button', { name: 'Read from the start' })).toHaveCount(0);
});

test('with reduced motion, the answer jumps to its start', async ({ chat, stage, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  stage.playAll(LONG);
  await compare(chat);
  await chat.panel('Alder').getByRole('button', { name: 'Read from the start' }).click();
  const tops = await chat.answer('Alder').evaluate(async (box) => {
    const seen = [box.scrollTop];
    for (let frame = 0; frame < 3; frame += 1) {
      await new Promise(requestAnimationFrame);
      seen.push(box.scrollTop);
    }
    return seen;
  });
  expect(tops).toEqual([0, 0, 0, 0]);
});

test('name, figures and button stay visible at any scroll position', async ({ chat, stage }) => {
  stage.playAll(LONG);
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ]) {
    await chat.page.setViewportSize(size);
    await compare(chat);
    const panel = chat.panel('Alder');
    for (const top of [0, 300, 100_000]) {
      await chat.answer('Alder').evaluate((box, to) => box.scrollTo({ top: to, behavior: 'instant' }), top);
      await expect(panel.getByRole('heading', { name: 'Alder' })).toBeInViewport({ ratio: 1 });
      for (const figure of await panel.getByRole('definition').all())
        await expect(figure).toBeInViewport({ ratio: 1 });
      await expect(chat.prefer('Alder')).toBeInViewport({ ratio: 1 });
    }
  }
});

test('one answer can be read alone, then another; Escape brings all back and stops none', async ({
  chat,
  stage,
  page,
}) => {
  stage.playAll({ text: fillerText(3_000), tokensPerSecond: 25 });
  await chat.open();
  await chat.send('Never end');
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  const before = (await chat.panel('Birch').boundingBox())?.width ?? 0;
  await chat.panel('Birch').getByRole('button', { name: 'Read alone: Birch' }).click();
  await expect(chat.panels).toHaveCount(1);
  expect((await chat.panel('Birch').boundingBox())?.width ?? 0).toBeGreaterThan(3 * before);
  const tabs = page.getByRole('navigation', { name: 'Answers to prompt 1' });
  await expect(tabs).toContainText('2 of 4');
  await tabs.getByRole('button', { name: 'Cedar' }).click();
  await expect(chat.panel('Cedar')).toBeVisible();
  await expect(tabs).toContainText('3 of 4');
  await page.keyboard.press('Alt+4');
  await expect(chat.panel('Dogwood')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(chat.panels).toHaveCount(4);
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await page.keyboard.press('Escape');
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(4);
});

test('code, tables, long words, emoji and right-to-left text stay inside their panel', async ({
  chat,
  stage,
  page,
}) => {
  stage.play(Object.fromEntries(NAMES.map((name, i) => [name, { text: HARD_ANSWERS[i] ?? '' }])));
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await compare(chat);
    for (const name of NAMES) {
      const answer = chat.answer(name);
      await expect
        .poll(() => answer.evaluate((box) => box.scrollWidth - box.clientWidth))
        .toBeLessThanOrEqual(0);
    }
    const table = chat.answer('Birch').getByRole('group', { name: 'Table' });
    expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeGreaterThan(50);
    const list = chat.answer('Dogwood').locator('ul').first();
    expect(await list.evaluate((ul) => Number.parseFloat(getComputedStyle(ul).paddingRight))).toBeGreaterThan(
      10,
    );
    await expect(chat.answer('Cedar').locator('del')).toHaveText('gone');
  }
});
