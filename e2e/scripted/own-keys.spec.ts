import { clickUntil } from '../support/chat-page.ts';
import { LOCKED } from '../support/models.ts';
import { expect, test } from '../support/scripted.ts';

const FIRST = 'gsk_firstfirstfirstfirst1111';
const SECOND = 'gsk_secondsecondsecond2222';

test('a person’s key can be set, replaced and deleted, shows only its last four characters, and unlocks models', async ({
  browserErrors,
  chat,
  page,
  stage,
}) => {
  browserErrors.allow(/status of 400.*providerKey\.set/, 'The server refuses text that is not a key.');
  const leaks: string[] = [];
  page.on('response', async (response) => {
    const body = await response.text().catch(() => '');
    if (body.includes(FIRST.slice(0, -4)) || body.includes(SECOND.slice(0, -4))) leaks.push(response.url());
  });
  const lockedBox = page.getByRole('checkbox', { name: new RegExp(LOCKED.model) });
  const openPicker = async () => {
    await chat.open();
    await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  };

  await openPicker();
  await expect(lockedBox).toBeDisabled();
  await expect(page.getByText('needs your key')).toBeVisible();
  await page.getByRole('link', { name: `Add your ${LOCKED.provider} key` }).click();
  await expect(page).toHaveURL(/\/settings\?key=groq/);

  const row = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: LOCKED.provider, exact: true }) });
  await expect(row.getByLabel('Your key')).toBeFocused();
  await row.getByLabel('Your key').fill('not a key');
  await row.getByRole('button', { name: 'Save key' }).click();
  await expect(row.getByRole('alert')).toContainText('starts with gsk_');
  await row.getByLabel('Your key').fill(`  ${FIRST}\n`);
  await row.getByRole('button', { name: 'Save key' }).click();
  await expect(row).toContainText('Ends in 1111');

  await row.getByRole('button', { name: /Replace/ }).click();
  await row.getByLabel('New key').fill(SECOND);
  await row.getByRole('button', { name: 'Save key' }).click();
  await expect(row).toContainText('Ends in 2222');
  await page.reload();
  await expect(row).toContainText('Ends in 2222');
  expect(await page.content()).not.toContain(SECOND.slice(0, -4));

  stage.gateway.setScript('own-key/groq/hazel-1', { text: 'With your key.' });
  await openPicker();
  await expect(page.getByText('your key', { exact: true })).toBeVisible();
  await lockedBox.focus();
  await page.keyboard.press('Space');
  await expect(lockedBox).toBeChecked();
  await page.keyboard.press('Escape');
  await chat.send('With my own');
  await chat.done(5);
  await page.getByRole('button', { name: 'Show 1 more' }).click();
  await expect(chat.answer(LOCKED.model)).toHaveText('With your key.');
  const calls = stage.requests();
  const own = calls.filter((request) => request.model.startsWith('own-key/'));
  expect(own.map((request) => request.body.api_key)).toEqual([SECOND]);
  for (const request of calls) if (!own.includes(request)) expect(request.body).not.toHaveProperty('api_key');

  await page.goto('/settings');
  await clickUntil(
    row.getByRole('button', { name: /^Delete/ }),
    page.getByRole('button', { name: 'Delete key' }),
  );
  await page.getByRole('button', { name: 'Delete key' }).click();
  await expect(row).toContainText('its models are locked');
  await openPicker();
  await expect(lockedBox).toBeDisabled();
  expect(leaks).toEqual([]);
});
