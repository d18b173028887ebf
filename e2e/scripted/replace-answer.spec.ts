import { expect, test } from '../support/scripted.ts';

test('an answer is replaced only after a confirmation', async ({ chat, stage, page }) => {
  await chat.open();
  await chat.send('Once');
  await chat.done(4);
  const askAgain = async () => {
    await chat.panel('Birch').getByRole('button', { name: 'More for Birch' }).click();
    await page.getByRole('menuitem', { name: 'Answer again' }).click();
  };
  const question = page.getByRole('alertdialog', { name: 'Replace the answer of Birch?' });
  await askAgain();
  await expect(question).toContainText('cannot be brought back');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await askAgain();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(chat.answer('Birch')).toHaveText('Birch answers.');
  expect(stage.requests('Birch')).toHaveLength(1);

  stage.gateway.setScript('birch-1', { text: 'In other words.' });
  await askAgain();
  await question.getByRole('button', { name: 'Answer again' }).click();
  await expect(chat.answer('Birch')).toHaveText('In other words.');
  expect(stage.requests('Birch')).toHaveLength(2);
});

test('a partial answer is replaced only after a confirmation too', async ({ chat, stage, page }) => {
  stage.play({ Cedar: { text: 'One two three four five six', resetAfterChunks: 3 } });
  await chat.open();
  await chat.send('Break off');
  await chat.panel('Cedar').getByRole('button', { name: 'Retry Cedar' }).click();
  const question = page.getByRole('alertdialog', { name: 'Replace the answer of Cedar?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(chat.answer('Cedar')).toContainText('One two');
  expect(stage.requests('Cedar')).toHaveLength(1);
});

test('replacing the preferred answer clears the pick, which was about the old text', async ({
  chat,
  stage,
  page,
}) => {
  await chat.open();
  await chat.send('Twice');
  await chat.done(4);
  await chat.saving('set', () => chat.prefer('Alder').click());
  await expect(page.getByText('You prefer Alder')).toBeVisible();
  stage.gateway.setScript('alder-1', { text: 'Something else.' });
  await chat.panel('Alder').getByRole('button', { name: 'More for Alder' }).click();
  await page.getByRole('menuitem', { name: 'Answer again' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('That choice is cleared too');
  await question.getByRole('button', { name: 'Answer again' }).click();
  await expect(chat.answer('Alder')).toHaveText('Something else.');
  await expect(chat.prefer('Alder')).toHaveAttribute('aria-pressed', 'false');
  await chat.reload();
  await expect(chat.prefer('Alder')).toHaveAttribute('aria-pressed', 'false');
});
