import { fillerText } from '@aideator/gateway/testing/script';
import { ChatPage } from '../support/chat-page.ts';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

/** Slow enough to check it while it streams. */
const COMING = { tokensPerSecond: 60, text: fillerText(240) };
/** Slow enough to load a page while it streams, even on a busy machine. */
const SLOW = { tokensPerSecond: 20, text: fillerText(260) };
const ENDLESS = { tokensPerSecond: 25, text: fillerText(3_000) };

test('four answers stream side by side and end with the text that the gateway sent', async ({
  chat,
  stage,
}) => {
  stage.play(Object.fromEntries(NAMES.map((name, i) => [name, { ...SLOW, text: fillerText(200 + i, i) }])));
  await chat.open();
  await chat.send('Tell me something');
  await expect(chat.panels).toHaveCount(4);
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.done(4, 40_000);
  for (const name of NAMES) {
    const [request, ...others] = stage.requests(name);
    expect(others).toEqual([]);
    await expect(chat.answer(name)).toHaveText(request?.sentText() ?? 'no request');
    await expect(chat.panel(name).getByRole('definition')).toHaveText([/s$/, /s$/, /\d/, /\d/, /^\$/]);
  }
});

test('the caret is right after the last word, wherever that is', async ({ chat, stage }) => {
  const starts = {
    Alder: 'One.\n\nTwo, ',
    Birch: '- One\n- Two, ',
    Cedar: '1. One\n\n2. Two, ',
    Dogwood: '- One\n\n- Two\n  - Three\n  - Four, ',
  };
  const endless = Object.entries(starts).map(([name, start]) => [
    name,
    { ...ENDLESS, text: start + fillerText(3_000) },
  ]);
  stage.play(Object.fromEntries(endless));
  await chat.open();
  await chat.send('Where do you write?');
  const carets = (name: string) =>
    chat
      .answer(name)
      .locator('*')
      .evaluateAll((all) =>
        all
          .filter((each) => getComputedStyle(each, '::after').content === '""')
          .map((each) => `${each.localName}: ${each.textContent?.trim().slice(0, 4)}`),
      );
  await expect.poll(() => carets('Alder')).toEqual(['p: Two,']);
  await expect.poll(() => carets('Birch')).toEqual(['li: Two,']);
  await expect.poll(() => carets('Cedar')).toEqual(['p: Two,']);
  await expect.poll(() => carets('Dogwood')).toEqual(['li: Four']);
  await chat.page.getByRole('button', { name: 'Stop all' }).click();
});

test('an answer continues after a reload without losing text', async ({ chat, stage }) => {
  stage.playAll(SLOW);
  await chat.open();
  await chat.send('Go on, whatever happens');
  await expect(chat.answer('Cedar')).toContainText('the ');
  await expect(chat.page).toHaveURL(/\/s\//);
  await chat.reload();
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.done(4, 40_000);
  for (const name of NAMES) {
    await expect(chat.answer(name)).toHaveText(stage.requests(name)[0]?.sentText() ?? 'no request');
  }
  expect(stage.requests()).toHaveLength(4);
});

test('two tabs on one turn show the same text in the end', async ({ chat, stage, context }) => {
  stage.playAll(SLOW);
  await chat.open();
  await chat.send('For two');
  await expect(chat.page).toHaveURL(/\/s\//);
  const second = new ChatPage(await context.newPage());
  await second.open(new URL(chat.page.url()).pathname);
  await expect(second.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.done(4, 40_000);
  await second.done(4, 40_000);
  for (const name of NAMES) {
    const text = stage.requests(name)[0]?.sentText() ?? 'no request';
    await expect(chat.answer(name)).toHaveText(text);
    await expect(second.answer(name)).toHaveText(text);
  }
});

test('panels and composer do not move while answers stream', async ({ chat, stage }) => {
  const markdown = `# A title\n\n${fillerText(60)}\n\n- one\n- two\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\n${fillerText(90)}`;
  stage.play({
    Alder: { ...COMING, firstTokenMs: 200 },
    Birch: { ...COMING, firstTokenMs: 500, text: markdown },
    Cedar: { tokensPerSecond: 60, reasoning: fillerText(40), text: fillerText(150) },
    Dogwood: { error: { status: 400 } },
  });
  await chat.open();
  await chat.send('Hold still');
  await expect(chat.panels).toHaveCount(4);
  await chat.page.evaluate(() => {
    const seen = new Set<string>();
    const boxOf = (element: Element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height].map((each) => each.toFixed(1)).join(',');
    };
    const look = () => {
      const parts = document.querySelectorAll(
        '[data-panel], [data-panel] > footer, form[aria-label="New prompt"]',
      );
      seen.add([...parts].map(boxOf).join(' | '));
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { seenLayouts: seen });
  });
  await chat.done(3);
  await expect(chat.panel('Dogwood').getByText('Failed', { exact: true })).toBeVisible();
  const layouts = await chat.page.evaluate(() => [...Reflect.get(window, 'seenLayouts')]);
  expect(layouts).toHaveLength(1);
});

test('a panel follows its answer, stops when scrolled up, and jumps to the end on demand', async ({
  chat,
  stage,
}) => {
  stage.playAll({
    tokensPerSecond: 150,
    text: Array.from({ length: 3_000 }, (_, i) => `word${i}`).join(' '),
  });
  await chat.open();
  await chat.send('Speak at length');
  const answer = chat.answer('Birch');
  const gap = () => answer.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  await expect.poll(() => answer.evaluate((box) => box.scrollTop)).toBeGreaterThan(100);
  await expect.poll(gap).toBeLessThan(4);
  await answer.hover();
  await chat.page.mouse.wheel(0, -400);
  const jump = chat.panel('Birch').getByRole('button', { name: 'Jump to latest' });
  await expect(jump).toBeVisible();
  const held = await answer.evaluate((box) => box.scrollTop);
  const height = await answer.evaluate((box) => box.scrollHeight);
  await expect.poll(() => answer.evaluate((box) => box.scrollHeight)).toBeGreaterThan(height + 60);
  expect(await answer.evaluate((box) => box.scrollTop)).toBeCloseTo(held, -1);
  await jump.click();
  await expect(jump).toBeHidden();
  await expect.poll(gap).toBeLessThan(4);
});

test('thoughts stream folded, with their own time and tokens, and stay as the person left them', async ({
  chat,
  stage,
}) => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 250,
    completion_tokens_details: { reasoning_tokens: 243 },
  };
  stage.play({
    Cedar: { tokensPerSecond: 40, reasoning: `Weighing it: ${fillerText(240)}`, text: 'Here it is.', usage },
    Birch: {
      tokensPerSecond: 40,
      reasoning: `Weighing it: ${fillerText(240)}`,
      text: 'Here it is.',
      usage: { prompt_tokens: 10, completion_tokens: 250 },
    },
  });
  await chat.open();
  await chat.send('Think first');
  const panel = chat.panel('Cedar');
  await expect(panel.getByText('Thinking', { exact: true })).toBeVisible();
  const live = panel.getByRole('button', { name: /^Thinking… \d+\.\d+ s$/ });
  await expect(live).toHaveAttribute('aria-expanded', 'false');
  await expect(panel.getByText('Weighing it:')).toBeHidden();
  await live.focus();
  await chat.page.keyboard.press('Enter');
  await expect(panel.getByText('Weighing it:')).toBeVisible();
  await expect(panel.getByText('Here it is.')).toBeVisible();
  const over = panel.getByRole('button', { name: /^Thoughts \d+\.\d+ s · 243 tokens$/ });
  await expect(over).toHaveAttribute('aria-expanded', 'true');
  await expect(
    panel.getByText(/^First thought after \d+\.\d+ s · first word after \d+(\.\d+)? s$/),
  ).toBeVisible();
  await chat.page.keyboard.press('Enter');
  await expect(panel.getByText('Weighing it:')).toBeHidden();
  await expect(chat.panel('Birch').getByText('Weighing it:')).toBeHidden();
  // Nobody counted the thoughts of Birch, so they are estimated from their length.
  await expect(
    chat.panel('Birch').getByRole('button', { name: /^Thoughts .* · ~\d+ tokens$/ }),
  ).toBeVisible();
  await expect(panel.getByTitle('Output tokens, 243 of them for thoughts')).toBeVisible();
  await expect(panel.getByTitle(/^Time to first word, first thought after \d/)).toBeVisible();
});

test('Stop ends one model, and the others continue until Stop all', async ({ chat, stage }) => {
  stage.playAll(ENDLESS);
  await chat.open();
  await chat.send('Never end');
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.panel('Birch').getByRole('button', { name: 'Stop Birch' }).click();
  await expect(chat.panel('Birch').getByText('Stopped', { exact: true })).toBeVisible();
  expect(await stage.requests('Birch')[0]?.finished).toBe('client-gone');
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(3);
  await chat.page.getByRole('button', { name: 'Stop all' }).click();
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(4);
  for (const request of stage.requests()) expect(await request.finished).toBe('client-gone');
  await expect(chat.answer('Birch')).toContainText('What arrived is kept');
});

test('Escape stops all models', async ({ chat, stage }) => {
  stage.playAll(ENDLESS);
  await chat.open();
  await chat.send('Never end');
  await expect(chat.panels.getByText('Answering', { exact: true })).toHaveCount(4);
  await chat.page.keyboard.press('Escape');
  await expect(chat.panels.getByText('Stopped', { exact: true })).toHaveCount(4);
  for (const request of stage.requests()) expect(await request.finished).toBe('client-gone');
});
