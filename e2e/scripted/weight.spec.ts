import { expect, test } from '../support/scripted.ts';

const SCRIPT_BYTES_MAX = 300_000;
const ALL_BYTES_MAX = 600_000;

test('the first load takes under 300 kB of compressed JavaScript and 600 kB in all', async ({
  chat,
  page,
}) => {
  const client = await page.context().newCDPSession(page);
  const kinds = new Map<string, { url: string; type: string }>();
  const loaded: Array<{ url: string; type: string; bytes: number }> = [];
  client.on('Network.responseReceived', ({ requestId, type, response }) =>
    kinds.set(requestId, { url: response.url, type }),
  );
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) loaded.push({ ...kind, bytes: encodedDataLength });
  });
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  await chat.open();
  await page.waitForLoadState('networkidle');
  const sum = (parts: typeof loaded) => parts.reduce((total, part) => total + part.bytes, 0);
  const scripts = loaded.filter(
    ({ type, url }) => type === 'Script' || new URL(url).pathname.endsWith('.js'),
  );
  const figures = `JavaScript ${sum(scripts)} bytes in ${scripts.length} files, all ${sum(loaded)} bytes`;
  test.info().annotations.push({ type: 'weight', description: figures });
  expect(scripts.length, figures).toBeGreaterThan(0);
  expect(sum(scripts), figures).toBeLessThan(SCRIPT_BYTES_MAX);
  expect(sum(loaded), figures).toBeLessThan(ALL_BYTES_MAX);
});
