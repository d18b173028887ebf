import { NAMES } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

test('a pick is shown in gold, can be explained and changed, and survives a reload', async ({ chat }) => {
  await chat.open();
  await chat.send('Which one?');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Birch').click());
  await expect(chat.prefer('Birch')).toHaveAttribute('aria-pressed', 'true');
  await expect(chat.panel('Birch')).toHaveAttribute('data-chosen', 'true');
  const border = (name: string) =>
    chat.panel(name).evaluate((panel) => getComputedStyle(panel).borderTopColor);
  await expect.poll(async () => (await border('Birch')) !== (await border('Alder'))).toBe(true);
  await chat.page.getByRole('button', { name: 'Clearer' }).click();
  await chat.page.getByRole('textbox', { name: 'In your words' }).fill('no fluff');
  await chat.saving('amend', () => chat.page.getByRole('button', { name: 'Save', exact: true }).click());
  await expect(chat.page.getByText('Because: Clearer: no fluff')).toBeVisible();

  await chat.saving('set', () => chat.prefer('Cedar').click());
  await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'true');
  await expect(chat.prefer('Birch')).toHaveAttribute('aria-pressed', 'false');
  await chat.reload();
  await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'true');
  await chat.page.getByRole('button', { name: 'Undo' }).click();
  await expect(chat.prefer('Cedar')).toHaveAttribute('aria-pressed', 'false');
});

test('the next prompt goes to the preferred model with its context, and the other answers stay one click away', async ({
  chat,
  stage,
}) => {
  await chat.open();
  await chat.send('First question');
  await chat.done(4);
  await chat.prefer('Dogwood').click();
  await expect(chat.prompt).toHaveAttribute('placeholder', 'Continue with Dogwood');
  stage.gateway.setScript('dogwood-1', { text: 'And so on.' });
  await chat.send('Second question');
  await expect(chat.turn(2)).toContainText('And so on.');
  const requests = stage.requests('Dogwood');
  expect(requests).toHaveLength(2);
  expect(stage.requests()).toHaveLength(5);
  expect(requests[1]?.body.messages).toEqual([
    { role: 'user', content: 'First question' },
    { role: 'assistant', content: 'Dogwood answers.' },
    { role: 'user', content: 'Second question' },
  ]);
  await chat.reload();
  await expect(chat.turn(1)).toContainText('Dogwood answers.');
  await expect(chat.turn(1)).not.toContainText('Alder answers.');
  await chat.openComparison(1, 3);
  for (const name of ['Alder', 'Birch', 'Cedar'])
    await expect(chat.turn(1)).toContainText(`${name} answers.`);
});

test('all models can be compared again in the same session', async ({ chat, stage }) => {
  await chat.open();
  await chat.send('First question');
  await chat.done(4);
  await chat.prefer('Alder').click();
  await chat.page.getByRole('button', { name: 'Compare all 4' }).click();
  await chat.send('For all of you');
  await expect(chat.turn(2)).toBeVisible();
  await chat.done(4);
  expect(stage.requests()).toHaveLength(8);
});

test('"None of them" can be chosen, undone and reloaded', async ({ chat }) => {
  await chat.open();
  await chat.send('Hard to say');
  await chat.done(4);
  await chat.page.getByRole('button', { name: 'None of them' }).click();
  await chat.page.getByRole('button', { name: 'Undo' }).click();
  await chat.saving('set', () => chat.page.getByRole('button', { name: 'None of them' }).click());
  await chat.reload();
  await expect(chat.verdict).toContainText('None of them');
  await expect(chat.page.getByRole('button', { name: 'Undo' })).toBeVisible();
});

test('a new turn stays when a session that was requested before it arrives later', async ({ chat, page }) => {
  await chat.open();
  await chat.send('First question');
  await chat.done(4);
  const fetched = Promise.withResolvers<void>();
  const sent = Promise.withResolvers<void>();
  const handled = Promise.withResolvers<void>();
  await page.route(
    /\/api\/trpc\/.*session\.get/,
    async (route) => {
      const response = await route.fetch();
      fetched.resolve();
      await sent.promise;
      await route.fulfill({ response }).catch(() => undefined);
      handled.resolve();
    },
    { times: 1 },
  );
  await chat.prefer('Alder').click();
  await fetched.promise;
  await page.getByRole('button', { name: 'Compare all 4' }).click();
  await chat.send('For all of you');
  await expect(chat.turn(2)).toBeVisible();
  sent.resolve();
  await handled.promise;
  await chat.done(4);
  for (const name of NAMES) await expect(chat.turn(2)).toContainText(`${name} answers.`);
});
