import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ChatPage } from '../support/chat-page.ts';
import { HARD_ANSWERS } from '../support/hard-answers.ts';
import { NAMES, type Name } from '../support/models.ts';
import { expect, type Stage, test } from '../support/scripted.ts';

const ANSWERS = join(
  import.meta.dirname,
  ...['..', '..', 'apps', 'web', 'src', 'features', 'answer', 'testing', 'answers'],
);
const answerOf = (name: string): string => readFileSync(join(ANSWERS, name), 'utf8');

/** Shows an answer of each given model and waits for all four. */
async function show(
  { chat, stage }: { chat: ChatPage; stage: Stage },
  texts: Partial<Record<Name, string>>,
): Promise<void> {
  stage.play(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { text }])));
  await chat.open();
  await chat.send('Something hard');
  await chat.done(4);
}

/** Takes the clipboard API away, as over plain HTTP, and records what is copied by a selection. */
async function withoutClipboard(page: Page, isRefused: boolean): Promise<void> {
  await page.addInitScript((refused) => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.execCommand = () => {
      if (refused) return false;
      const field = document.querySelector<HTMLTextAreaElement>('textarea[readonly]');
      document.documentElement.dataset.copied = field?.value ?? '';
      return true;
    };
  }, isRefused);
}

test('brackets, tags about thinking and amounts of money are text; emphasis ends beside CJK punctuation', async ({
  chat,
  stage,
}) => {
  await show(
    { chat, stage },
    {
      Alder: answerOf('angle-brackets.md'),
      Birch: answerOf('emphasis-beside-cjk.md'),
      Cedar: answerOf('think-in-code.md'),
      Dogwood: 'It costs $5 and $10.',
    },
  );
  for (const part of ['Vec<String>', 'Option<T>', 'std::vector<int>', '<your-file>.txt', '<id>7</id>'])
    await expect(chat.answer('Alder')).toContainText(part);
  await expect(chat.answer('Birch').locator('strong')).toHaveText('「要点」');
  await expect(chat.answer('Birch')).not.toContainText('*');
  await expect(chat.answer('Cedar')).toContainText('first this, then that');
  await expect(chat.answer('Cedar').getByRole('button', { name: 'Thoughts' })).toHaveCount(0);
  await expect(chat.answer('Dogwood')).toHaveText('It costs $5 and $10.');
  await expect(chat.answer('Dogwood').locator('.katex')).toHaveCount(0);
});

test('formulas are drawn, and copying gives their source', async ({ chat, stage, page }) => {
  const latex = answerOf('latex.md');
  await show({ chat, stage }, { Alder: latex });
  const answer = chat.answer('Alder');
  await expect(answer.locator('.katex')).toHaveCount(7);
  await expect(answer).toContainText('$5 to $10 a month');
  await answer.locator('[data-answer]').evaluate((box) => document.getSelection()?.selectAllChildren(box));
  const copied = await page.evaluate(() => {
    const data = new DataTransfer();
    const event = new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('[data-answer]')?.dispatchEvent(event);
    return data.getData('text/plain');
  });
  const formulas =
    latex.match(/\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]|\$\$[\s\S]*?\$\$|\$[a-z\\][^$\n]*\$/g) ?? [];
  expect(formulas).toHaveLength(7);
  for (const formula of formulas) expect(copied).toContain(formula);
});

test('footnotes jump inside their own panel without a question, and lines, numbers and fences are kept', async ({
  chat,
  stage,
  page,
}) => {
  const notes = answerOf('footnotes-and-lines.md');
  const wide = `${notes}\n\nx\n\n9998. a\n9999. b\n10000. c`;
  await show({ chat, stage }, { Alder: notes, Birch: wide, Cedar: answerOf('fence-in-fence.md') });
  const ids = await page.locator('[data-answer] [id]').evaluateAll((all) => all.map(({ id }) => id));
  expect(ids.length).toBeGreaterThanOrEqual(8);
  expect(new Set(ids).size).toBe(ids.length);
  await chat.answer('Birch').getByRole('link', { name: '2', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(chat.answer('Birch').locator('li:focus')).toContainText('Note two.');
  expect(new URL(page.url()).hash).toBe('');
  await expect(chat.answer('Alder').locator('p', { hasText: 'Roses are red' }).locator('br')).toHaveCount(3);
  const cedar = chat.answer('Cedar');
  await expect(cedar.locator('p', { hasText: 'Nothing else is needed.' })).toBeVisible();
  await expect(cedar.locator('p', { hasText: 'Good luck.' })).toBeVisible();
  await expect(cedar.locator('pre')).toHaveCount(2);
  await expect(cedar.locator('pre').first()).toContainText('npm i clock');
});

test('list numbers of up to five digits stand inside their list', async ({ chat, stage, page }) => {
  const list = (first: number) => `${first}. one\n${first + 1}. two\n${first + 2}. three`;
  await show({ chat, stage }, { Alder: list(1), Birch: list(99), Cedar: list(998), Dogwood: list(9_999) });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const name of NAMES) {
      const spare = await chat
        .answer(name)
        .locator('ol')
        .evaluate((ol: HTMLOListElement) => {
          const style = getComputedStyle(ol);
          const context = document.createElement('canvas').getContext('2d');
          if (!context) return Number.NaN;
          context.font = `${style.fontSize} ${style.fontFamily}`;
          const marker = context.measureText(`${ol.start + ol.children.length - 1}. `).width;
          return Number.parseFloat(style.paddingInlineStart) - marker;
        });
      expect(spare, `${name} at ${width}`).toBeGreaterThanOrEqual(0);
    }
  }
});

test('text that is selected in a growing paragraph stays selected', async ({ chat, stage, page }) => {
  stage.play({ Alder: { text: `Select me now ${'and go on '.repeat(60)}end`, tokensPerSecond: 20 } });
  await chat.open();
  await chat.send('Slowly');
  const paragraph = chat.answer('Alder').locator('p').first();
  await expect(paragraph).toContainText('and go on and');
  await paragraph.evaluate((p) => {
    const text = document.createTreeWalker(p, NodeFilter.SHOW_TEXT).nextNode();
    if (text) document.getSelection()?.setBaseAndExtent(text, 0, text, 'Select me'.length);
  });
  const before = (await paragraph.innerText()).length;
  await expect.poll(async () => (await paragraph.innerText()).length).toBeGreaterThan(before + 30);
  expect(await page.evaluate(() => document.getSelection()?.toString())).toBe('Select me');
});

test('copying works without the clipboard API: by button, by menu and of code', async ({
  chat,
  stage,
  page,
}) => {
  await withoutClipboard(page, false);
  const text = 'Run it:\n\n```sh\nnpm start\n```';
  await show({ chat, stage }, { Alder: text });
  const copied = page.locator('html');
  await chat.panel('Alder').getByRole('button', { name: 'Copy the answer of Alder' }).click();
  await expect(copied).toHaveAttribute('data-copied', text);
  await chat.answer('Alder').getByRole('button', { name: 'Copy code' }).click();
  await expect(copied).toHaveAttribute('data-copied', 'npm start');
  await chat.panel('Alder').getByRole('button', { name: 'More for Alder' }).click();
  await page.getByRole('menuitem', { name: /^Copy/ }).first().click();
  await expect(copied).toHaveAttribute('data-copied', text);
});

test('a refused copy says that it did not happen', async ({ chat, stage, page }) => {
  await withoutClipboard(page, true);
  await show({ chat, stage }, { Alder: '```sh\nnpm start\n```' });
  await chat.answer('Alder').getByRole('button', { name: 'Copy code' }).click();
  await expect(chat.answer('Alder')).toContainText('Not copied');
  await expect(page.getByText('Not copied: the browser refused.').first()).toBeVisible();
});

test('the question before a link shows the real host apart', async ({ chat, stage, page }) => {
  await show({ chat, stage }, { Alder: '[log in](https://accounts.example@evil.example/x)' });
  await chat.answer('Alder').getByText('log in').first().click();
  const dialog = page.getByRole('dialog', { name: 'Open this link?' });
  await expect(dialog.getByRole('definition').first()).toHaveText('evil.example');
  await expect(dialog).toContainText('user name, not the site');
});

test('a chat of hard answers raises no error when it is loaded again', async ({ chat, stage }) => {
  await show(
    { chat, stage },
    {
      Alder: [answerOf('latex.md'), answerOf('angle-brackets.md')].join('\n\n'),
      Birch: [answerOf('fence-in-fence.md'), answerOf('emphasis-beside-cjk.md')].join('\n\n'),
      Cedar: answerOf('footnotes-and-lines.md'),
      Dogwood: HARD_ANSWERS.join('\n\n'),
    },
  );
  await chat.reload();
  await chat.done(4);
  await expect(chat.answer('Alder').locator('.katex')).toHaveCount(7);
});

test('a word of 20,000 letters takes little more layout than as much text in words', async ({
  chat,
  stage,
  page,
}) => {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const layout = async (text: string): Promise<number> => {
    await show({ chat, stage }, { Alder: text });
    await chat.reload();
    await expect(chat.answer('Alder').locator('p')).toBeVisible();
    await chat.answer('Alder').evaluate((box) => box.getBoundingClientRect());
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'LayoutDuration')?.value ?? Number.NaN;
  };
  const words = await layout('lorem '.repeat(3_333));
  const letters = await layout('x'.repeat(20_000));
  test
    .info()
    .annotations.push({ type: 'layout', description: `${words} s in words, ${letters} s as a word` });
  // Without the bound it is more than a hundred times as much.
  expect(letters).toBeLessThan(10 * words + 0.5);
});
