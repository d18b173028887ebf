import { expect, test } from '../support/scripted.ts';

const chunk = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...more })}\n\n`;

test('citations are numbered links under the answer, ask before they open, and survive a reload', async ({
  chat,
  stage,
  page,
}) => {
  const url = 'https://example.org/tower';
  stage.play({
    Alder: {
      raw: [
        chunk(
          { delta: { content: 'The tower is 330 m high[1] and opened in 1889[2].' } },
          {
            citations: [url, 'https://example.com/history', 'javascript:alert(1)'],
            search_results: [{ url, title: 'Tower' }],
          },
        ),
        chunk({ delta: {}, finish_reason: 'stop' }),
      ],
    },
  });
  await chat.open();
  await chat.send('How high?');
  await chat.done(4);
  const sources = chat.panel('Alder').getByRole('region', { name: 'Sources' });
  await expect(sources.getByRole('listitem')).toHaveText([
    /\[1\]\s*Tower\s*· example\.org/,
    /\[2\]\s*example\.com\/history/,
  ]);
  await sources.getByRole('button', { name: /Tower/ }).click();
  await expect(page.getByRole('dialog')).toContainText(url);
  await page.keyboard.press('Escape');
  await chat.reload();
  await expect(sources.getByRole('listitem')).toHaveCount(2);
  await page.screenshot({ path: test.info().outputPath('sources.png') });
});

test('a panel says why an answer is missing or incomplete, and mentions kept text only if there is some', async ({
  chat,
  stage,
  page,
}) => {
  const toolCall = { tool_calls: [{ index: 0, function: { name: 'find_flight', arguments: '{}' } }] };
  stage.play({
    Alder: {
      raw: [chunk({ delta: { content: 'Half of it' }, finish_reason: 'insufficient_system_resource' })],
    },
    Birch: { raw: [chunk({ delta: toolCall, finish_reason: 'tool_calls' })] },
    Cedar: { raw: [chunk({ delta: { role: 'assistant', content: '' } })] },
    Dogwood: {
      raw: ['<!doctype html><title>Network log-in</title>'],
      headers: { 'content-type': 'text/html' },
    },
  });
  await chat.open();
  await chat.send('Who can?');
  await expect(chat.panels.getByText('Failed', { exact: true })).toHaveCount(4);
  await expect(chat.panel('Alder')).toContainText('Half of it');
  await expect(chat.panel('Alder')).toContainText('What arrived is kept.');
  await expect(chat.panel('Alder')).toContainText('"insufficient_system_resource"');
  await expect(chat.panel('Birch')).toContainText('find_flight');
  await expect(chat.panel('Dogwood')).toContainText('sent a web page');
  await expect(chat.panel('Dogwood')).toContainText('Network log-in');
  for (const name of ['Birch', 'Cedar', 'Dogwood'] as const) {
    await expect(chat.panel(name)).not.toContainText('kept');
  }
  await page.screenshot({ path: test.info().outputPath('reasons.png') });
});

test('thoughts are folded, even if only their closing tag arrives', async ({ chat, stage }) => {
  stage.play({
    Alder: { text: '<think>\nSix times seven.\n</think>\n\nThe answer is **42**.', tokensPerSecond: 40 },
    Birch: { text: 'They want a capital.\n</think>\n\nThe capital is **Oslo**.', tokensPerSecond: 40 },
  });
  await chat.open();
  await chat.send('What is it?');
  await chat.done(4);
  await expect(chat.answer('Alder')).toHaveText(/^Thoughts\s*[\d.]+ s · ~\d+ tokens\s*The answer is 42\.$/);
  await expect(chat.answer('Birch')).toHaveText(
    /^Thoughts\s*[\d.]+ s · ~\d+ tokens\s*The capital is Oslo\.$/,
  );
  for (const name of ['Alder', 'Birch'] as const) {
    await chat.panel(name).getByRole('button', { name: 'Thoughts' }).click();
  }
  await expect(chat.panel('Alder')).toContainText('Six times seven.');
  await expect(chat.panel('Birch')).toContainText('They want a capital.');
});

test('a panel says what it waits for when the first token takes long', async ({ chat, stage, page }) => {
  stage.play({ Alder: { text: 'At last.', firstTokenMs: 8_000 } });
  await chat.open();
  await chat.send('Take your time');
  await expect(chat.panel('Alder')).toContainText(/Waiting for the first word… 0:0[5-8] of 5:00/);
  await page.screenshot({ path: test.info().outputPath('waiting.png') });
  await expect(chat.answer('Alder')).toHaveText('At last.');
  await expect(chat.panel('Alder')).not.toContainText('Waiting for the first word');
});
