import { fillerText } from '@aideator/gateway/testing/script';
import { expect, test } from '../support/scripted.ts';

const REFUSAL = {
  status: 400,
  body: { error: { message: 'The moon is in the wrong house.', code: 'moon' } },
};

test('one model of four fails in its own panel with a reason, and Retry completes it', async ({
  chat,
  stage,
}) => {
  const text = fillerText(60);
  stage.play({ Alder: { text }, Birch: { error: REFUSAL }, Cedar: { text }, Dogwood: { text } });
  await chat.open();
  await chat.send('Who can?');
  const failed = chat.panel('Birch');
  await expect(failed.getByText('Failed', { exact: true })).toBeVisible();
  await expect(failed).toContainText('The moon is in the wrong house.');
  await chat.done(3);
  await expect(chat.prefer('Birch')).toBeDisabled();
  await expect(chat.prefer('Alder')).toBeEnabled();

  stage.gateway.setScript('birch-1', { text: 'Now I can.' });
  await failed.getByRole('button', { name: 'Retry Birch' }).click();
  await expect(chat.answer('Birch')).toHaveText('Now I can.');
  await chat.done(4);
  for (const name of ['Alder', 'Cedar', 'Dogwood'] as const) {
    expect(stage.requests(name)).toHaveLength(1);
    await expect(chat.answer(name)).toHaveText(text);
  }
  await chat.reload();
  await expect(chat.answer('Birch')).toHaveText('Now I can.');
});

test('an interrupted answer keeps its text and says so', async ({ chat, stage }) => {
  stage.play({ Cedar: { text: fillerText(60), tokensPerSecond: 60, resetAfterChunks: 30 } });
  await chat.open();
  await chat.send('Do not break');
  const panel = chat.panel('Cedar');
  await expect(panel.getByText('Failed', { exact: true })).toBeVisible();
  await expect(panel).toContainText(stage.requests('Cedar')[0]?.sentText().slice(0, 80) ?? 'no request');
  await expect(panel.getByRole('button', { name: 'Retry Cedar' })).toBeVisible();
  await chat.done(3);
});

test('a rate-limited model is retried after a countdown', async ({ chat, stage }) => {
  stage.play({
    Dogwood: { text: 'Worth the wait.', failFirst: [{ status: 429, headers: { 'retry-after': '3' } }] },
  });
  await chat.open();
  await chat.send('Patience');
  const panel = chat.panel('Dogwood');
  await expect(panel.getByText('Waiting', { exact: true })).toBeVisible();
  await expect(panel).toContainText(/Trying again in [123] s\./);
  await chat.done(3);
  await expect(panel).toContainText(/Trying again in 1 s\./);
  await expect(chat.answer('Dogwood')).toHaveText('Worth the wait.');
  expect(stage.requests('Dogwood')).toHaveLength(2);
});

test('when the gateway is down, every panel fails with an instruction and can be retried', async ({
  chat,
  stage,
}) => {
  test.slow();
  await chat.open();
  await stage.gateway.stop();
  await chat.send('Anybody there?');
  await expect(chat.panels.getByText('Failed', { exact: true })).toHaveCount(4, { timeout: 60_000 });
  await expect(chat.panel('Alder')).toContainText('The model gateway cannot be reached.');
  await stage.gateway.start();
  await chat.panel('Alder').getByRole('button', { name: 'Retry Alder' }).click();
  await expect(chat.answer('Alder')).toHaveText('Alder answers.');
  await expect(chat.panels.getByText('Failed', { exact: true })).toHaveCount(3);
});

test('an empty answer and a truncated one say so', async ({ chat, stage }) => {
  stage.play({ Alder: { text: '' }, Birch: { text: 'As far as it goes', finishReason: 'length' } });
  await chat.open();
  await chat.send('Little');
  await expect(chat.panel('Alder')).toContainText('The model returned no text.');
  await expect(chat.panel('Birch')).toContainText('Cut at the output limit');
});
