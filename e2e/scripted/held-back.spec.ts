import { fillerText } from '@aideator/gateway/testing/script';
import { startBufferingProxy } from '../support/buffering-proxy.ts';
import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

/** Longer than the page takes to notice that nothing arrives. */
const SLOW = { tokensPerSecond: 15, text: fillerText(450) };

test('the page reports a proxy that buffers the stream, and shows each answer once it is complete', async ({
  chat,
  stage,
  stack,
}) => {
  test.slow();
  const proxy = await startBufferingProxy(stack.url);
  const notice = chat.page.getByRole('status').filter({ hasText: 'holds the stream back' });
  try {
    stage.play({ Alder: SLOW, Birch: SLOW, Cedar: { text: 'Short and done.' }, Dogwood: SLOW });
    await chat.open(`${proxy.url}/`);
    await chat.send('Can you hear me?');
    await expect(notice).toBeVisible({ timeout: 30_000 });
    await expect(chat.answer('Cedar')).toHaveText('Short and done.');
    await expect(chat.panels.getByText('Done', { exact: true })).toHaveCount(1);
    await chat.done(4, 60_000);
    for (const name of NAMES.filter((each) => each !== 'Cedar')) {
      await expect(chat.answer(name)).toHaveText(SLOW.text);
    }
  } finally {
    await proxy.close();
  }
});

test('the page reports no proxy while text arrives', async ({ chat, stage }) => {
  test.slow();
  stage.playAll({ tokensPerSecond: 15, text: fillerText(225) });
  await chat.open();
  await chat.send('Plain air');
  await chat.done(4, 40_000);
  await expect(chat.page.getByText('holds the stream back')).toHaveCount(0);
});
