import { fillerText } from '@aideator/gateway/testing/script';
import type { BrowserContext, Page } from '@playwright/test';
import { ChatPage } from '../support/chat-page.ts';
import { expect, test } from '../support/scripted.ts';

const TABS = 8;
/** Time limit of a page or a call while streams are open. Without a free connection they would wait for minutes. */
const LIMIT_MS = 2_000;
/** Half of the connections that a browser opens to one origin. */
const STREAMS_MAX = 3;
/** Slow enough to stream in eight tabs at the same time, even on a busy machine. */
const LONG = { tokensPerSecond: 8, text: fillerText(480) };
const ENDLESS = { tokensPerSecond: 8, text: fillerText(6_000) };

/** Counts the event streams that each page of the context holds open. */
async function countStreams(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const open = new Set<EventSource>();
    const Native = window.EventSource;
    class Counted extends Native {
      constructor(url: string | URL, init?: EventSourceInit) {
        super(url, init);
        open.add(this);
      }
      override close() {
        open.delete(this);
        super.close();
      }
    }
    Object.assign(window, { EventSource: Counted, openStreams: open });
  });
}

async function openStreams(pages: readonly Page[]): Promise<number> {
  const counts = await Promise.all(
    pages.map((page) => page.evaluate(() => (Reflect.get(window, 'openStreams') as Set<unknown>).size)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Time to the page's HTML, including the wait for a connection. The rest depends on the load of the machine. */
async function loadedAfterMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation');
    return (navigation as PerformanceNavigationTiming).responseEnd;
  });
}

/** Reduces the chosen models to two, for this chat and later ones, because the server limits the runs of one person. */
async function chooseTwo(chat: ChatPage): Promise<void> {
  await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  await chat.page.getByRole('checkbox', { name: /^Cedar/ }).press('Space');
  await chat.page.getByRole('checkbox', { name: /^Dogwood/ }).press('Space');
  await chat.page.keyboard.press('Escape');
}

test('with eight live tabs a new page loads, Stop works, and each tab gets its whole answer', async ({
  stage,
  context,
}) => {
  test.setTimeout(5 * 60_000);
  await countStreams(context);
  const stopped = new ChatPage(await context.newPage());
  await stopped.open();
  await chooseTwo(stopped);
  stage.playAll(ENDLESS);
  await stopped.send('Never end');
  await expect(stopped.answer('Birch')).toContainText('the ');
  const others: ChatPage[] = [];
  for (let tab = 1; tab < TABS; tab += 1) {
    const chat = new ChatPage(await context.newPage());
    await chat.open();
    others.push(chat);
  }
  stage.playAll(LONG);
  for (const [tab, chat] of others.entries()) {
    await chat.send(`Tab ${tab}`);
    await expect(chat.panels).toHaveCount(2);
  }
  const chats = [stopped, ...others];
  for (const chat of chats) await expect(chat.answer('Alder')).toContainText('the ');
  expect(await openStreams(chats.map(({ page }) => page))).toBeLessThanOrEqual(STREAMS_MAX);

  const late = new ChatPage(await context.newPage());
  await late.open();
  expect(await loadedAfterMs(late.page)).toBeLessThan(LIMIT_MS);
  const cancelled = stopped.page.waitForResponse((response) => response.url().includes('/turn.cancel'));
  await stopped.page.getByRole('button', { name: 'Stop all' }).click();
  const response = await cancelled;
  await response.finished();
  expect(response.request().timing().responseEnd).toBeLessThan(LIMIT_MS);

  for (const chat of others) {
    await chat.done(2, 120_000);
    await expect(chat.answer('Alder')).toHaveText(LONG.text);
    await expect(chat.answer('Birch')).toHaveText(LONG.text);
  }
  await expect(stopped.panels.getByText('Stopped', { exact: true })).toHaveCount(2);
});

test('a hidden tab closes its stream, and shows the whole answer when it is visible again', async ({
  chat,
  stage,
  context,
}) => {
  stage.playAll({ tokensPerSecond: 15, text: fillerText(300) });
  await countStreams(context);
  await chat.open();
  await chat.send('Out of sight');
  await expect(chat.answer('Alder')).toContainText('the ');
  const show = (state: DocumentVisibilityState) =>
    chat.page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await show('hidden');
  await expect.poll(() => openStreams([chat.page])).toBe(0);
  for (const request of stage.requests()) expect(await request.finished).toBe('complete');
  await expect(chat.panels.getByText('Done', { exact: true })).toHaveCount(0);
  await show('visible');
  await chat.done(4);
  await expect(chat.answer('Alder')).toHaveText(fillerText(300));
  expect(await openStreams([chat.page])).toBe(0);
});
