import { fillerText } from '@aideator/gateway/testing/script';
import { loseVerdicts } from '../support/lost-connection.ts';
import { modelId, NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';
import { newestBallot } from '../support/stored-ballots.ts';

/** Never ends by itself. */
const ENDLESS = { text: fillerText(4_000), tokensPerSecond: 20 };

/** A stream of a gateway that names the exact model which it asked. */
function answerOf(model: string, content: string): string[] {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: 'reply', object: 'chat.completion.chunk', created: 0, model, choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;
  return [
    chunk({ delta: { role: 'assistant', content } }),
    chunk({ delta: {}, finish_reason: 'stop' }),
    'data: [DONE]\n\n',
  ];
}

test('a ballot stores the order of the panels and what had become of each answer', async ({
  chat,
  page,
  stage,
  stack,
}) => {
  stage.play({
    Birch: { error: { status: 400, body: { error: { message: 'Not now.' } } } },
    Cedar: ENDLESS,
    Dogwood: ENDLESS,
  });
  await chat.open();
  await chat.send('Who is ready?');
  await chat.done(1);
  await expect(chat.panel('Birch').getByText('Failed', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Stop Cedar' }).click();
  await expect(chat.panel('Cedar').getByText('Stopped', { exact: true })).toBeVisible();
  await expect(chat.answer('Dogwood')).not.toBeEmpty();
  await chat.saving('set', () => chat.prefer('Alder').click());
  const { entries } = await newestBallot(stack.home);
  expect(entries.map((entry) => [entry.modelId, entry.status, entry.attempt])).toEqual([
    [modelId('Alder'), 'completed', 1],
    [modelId('Birch'), 'failed', 1],
    [modelId('Cedar'), 'cancelled', 1],
    [modelId('Dogwood'), 'streaming', 1],
  ]);
  expect(entries.map(({ tier }) => tier)).toEqual([1, null, null, null]);
  await page.getByRole('button', { name: 'Stop all' }).click();
});

test('a ballot stores which model answered under which parameters, and how long its answer is', async ({
  chat,
  stack,
}) => {
  await chat.open();
  await chat.send('Who are you?');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Cedar').click());
  const { entries } = await newestBallot(stack.home);
  expect(entries.map(({ answeredBy }) => answeredBy)).toEqual(NAMES.map(modelId));
  expect(entries.map(({ textChars }) => textChars)).toEqual(NAMES.map((name) => `${name} answers.`.length));
  expect(entries.map(({ parameters }) => parameters)).toEqual([{}, {}, {}, {}]);
});

test('a ballot stores that names and figures were seen, and the worst and the reasons that were added later', async ({
  chat,
  page,
  stack,
}) => {
  await chat.open();
  await chat.send('In the open');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Alder').click());
  await page.getByRole('button', { name: 'And the worst?' }).click();
  const answers = page.getByRole('dialog', { name: 'And the worst?' });
  await chat.saving('amend', () => answers.getByRole('button', { name: 'Birch' }).click());
  const ballot = await newestBallot(stack.home);
  expect(ballot).toMatchObject({ isBlind: false, isAfterReveal: false, metricsVisible: true });
  expect(ballot.entries.map(({ isWorst }) => isWorst)).toEqual([false, true, false, false]);
  expect(ballot.amendedAt).not.toBeNull();
});

test('a ballot stores the time from the first answer shown, and none after a reload', async ({
  chat,
  stage,
  stack,
}) => {
  stage.play({ Dogwood: { text: 'Last.', firstTokenMs: 1_500 } });
  await chat.open();
  const sentAt = Date.now();
  await chat.send('How long?');
  await expect(chat.answer('Alder')).toContainText('Alder answers.');
  const shownAt = Date.now();
  await chat.done(4);
  const decidedAt = Date.now();
  await chat.saving('set', () => chat.prefer('Alder').click());
  const seen = await newestBallot(stack.home);
  expect(seen.msSinceFirstAnswer).toBeGreaterThanOrEqual(decidedAt - shownAt);
  expect(seen.msSinceFirstAnswer).toBeLessThanOrEqual(Date.now() - sentAt);
  await chat.reload();
  await chat.saving('set', () => chat.prefer('Birch').click());
  expect((await newestBallot(stack.home)).msSinceFirstAnswer).toBeNull();
});

for (const [width, widthClass] of [
  [390, 'narrow'],
  [1024, 'medium'],
  [1440, 'wide'],
] as const) {
  test(`a ballot given in a window of ${width} pixels is stored as ${widthClass}`, async ({
    chat,
    page,
    stack,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    await chat.open();
    await chat.send('How wide?');
    await chat.done(4);
    await chat.saving('set', () => chat.prefer('Alder').click());
    expect((await newestBallot(stack.home)).widthClass).toBe(widthClass);
  });
}

test('a ballot stores the exact model that the provider says has answered', async ({
  chat,
  stage,
  stack,
}) => {
  stage.play({ Birch: { raw: answerOf('birch-1-2026-10-01', 'A dated model.') } });
  await chat.open();
  await chat.send('Which version are you?');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Birch').click());
  const { entries } = await newestBallot(stack.home);
  expect(entries.find((entry) => entry.modelId === modelId('Birch'))?.answeredBy).toBe('birch-1-2026-10-01');
});

test('a ballot given while an answer was being written learns its length and its model at the end', async ({
  chat,
  page,
  stage,
  stack,
}) => {
  stage.play({ Dogwood: { text: fillerText(4_000), tokensPerSecond: 20 } });
  await chat.open();
  await chat.send('Take your time');
  await chat.done(3);
  await expect(chat.answer('Dogwood')).not.toBeEmpty();
  await chat.saving('set', () => chat.prefer('Alder').click());
  const dogwood = async () =>
    (await newestBallot(stack.home)).entries.find((entry) => entry.modelId === modelId('Dogwood'));
  expect(await dogwood()).toMatchObject({ status: 'streaming', answeredBy: null, textChars: null });
  await page.getByRole('button', { name: 'Stop all' }).click();
  await expect
    .poll(dogwood)
    .toMatchObject({ status: 'streaming', answeredBy: modelId('Dogwood'), textChars: expect.any(Number) });
});

test('a ballot stores the parameters under which an answer was given', async ({
  chat,
  page,
  stage,
  stack,
}) => {
  // The page has no control for parameters, so they are added to what it sends.
  await page.route(/turn\.submit/, async (route) => {
    const plain = `{"modelId":"${modelId('Birch')}"}`;
    const postData = (route.request().postData() ?? '').replace(
      plain,
      `{"modelId":"${modelId('Birch')}","parameters":{"temperature":0.25}}`,
    );
    await route.continue({ postData });
  });
  await chat.open();
  await chat.send('Be precise');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Birch').click());
  const { entries } = await newestBallot(stack.home);
  expect(stage.requests('Birch').at(-1)?.body.temperature).toBe(0.25);
  expect(entries.map(({ parameters }) => parameters)).toEqual([{}, { temperature: 0.25 }, {}, {}]);
});

test('a ballot stores which attempt at an answer was seen', async ({ chat, page, stage, stack }) => {
  stage.play({ Cedar: { error: { status: 400, body: { error: { message: 'Not now.' } } } } });
  await chat.open();
  await chat.send('Once more');
  await chat.done(3);
  stage.play({});
  await page.getByRole('button', { name: 'Retry Cedar' }).click();
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Cedar').click());
  const { entries } = await newestBallot(stack.home);
  expect(entries.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 1]);
});

test('a ballot that was kept without a connection stores when the person decided', async ({
  chat,
  page,
  stack,
  browserErrors,
}) => {
  browserErrors.allow(/ERR_CONNECTION_REFUSED/, 'the test refuses the connections that carry verdicts');
  await chat.open();
  await chat.send('In a tunnel');
  await chat.done(4);
  const reconnect = await loseVerdicts(page);
  const before = Date.now();
  await chat.prefer('Cedar').click();
  await expect(chat.verdict.getByText('Not sent yet')).toBeVisible();
  const retried = page.waitForEvent('requestfailed', (request) => /preference\.set/.test(request.url()));
  await chat.reload();
  await retried;
  const reconnected = Date.now();
  await chat.saving('set', reconnect);
  const { decidedAt, createdAt } = await newestBallot(stack.home);
  expect(decidedAt?.getTime()).toBeGreaterThanOrEqual(before);
  expect(decidedAt?.getTime()).toBeLessThan(reconnected);
  expect(createdAt.getTime()).toBeGreaterThanOrEqual(reconnected);
});
