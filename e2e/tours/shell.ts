import { clickUntil } from '../support/chat-page.ts';
import { LOCKED } from '../support/models.ts';
import type { Tour } from './tour.ts';

const KEY = 'gsk_firstfirstfirstfirst1111';

/** The sidebar, its menus, and deleting a chat. */
export async function sidebar(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play((text) => ({ text }));
  await tour.ask('A chat that is deleted again');
  await chat.done(4);
  if (tour.isSmall) {
    await clickUntil(
      page.getByRole('button', { name: 'Open chats' }),
      page.getByRole('dialog', { name: 'Chats' }),
    );
    await tour.shoot('60-chats');
  }
  await chat.sessionMenu('A chat that is deleted again');
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await tour.shoot('61-row-menu');
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Chat title' }).waitFor();
  await tour.shoot('62-rename');
  await page.keyboard.press('Escape');
  if (!tour.isSmall) {
    await chat.openAccountMenu();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await tour.shoot('63-account-menu');
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await tour.shoot('66-shortcuts');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Hide sidebar' }).click();
    await tour.shoot('64-sidebar-hidden');
    await page.getByRole('button', { name: 'Show sidebar' }).click();
  }
  const dialog = page.getByRole('dialog', { name: 'Chats' });
  if (tour.isSmall && !(await dialog.isVisible()))
    await page.getByRole('button', { name: 'Open chats' }).click();
  await chat.sessionMenu('A chat that is deleted again');
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByText('Chat deleted').waitFor();
  await tour.shoot('65-deleted');
}

/** The settings page with provider keys. */
export async function settings(tour: Tour): Promise<void> {
  const { page } = tour;
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await tour.shoot('70-settings');
  const row = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: LOCKED.provider, exact: true }) });
  await clickUntil(row.getByRole('button', { name: /Add key/ }), row.getByLabel('Your key'));
  await row.scrollIntoViewIfNeeded();
  await tour.shoot('71-key-form');
  await row.getByLabel('Your key').fill('not a key');
  await row.getByRole('button', { name: 'Save key' }).click();
  await row.getByRole('alert').waitFor();
  await tour.shoot('72-key-form-error');
  await row.getByLabel('Your key').fill(KEY);
  await row.getByRole('button', { name: 'Save key' }).click();
  await row.getByText('1111').waitFor();
  await tour.shoot('73-key-saved');
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('alertdialog').waitFor();
  await tour.shoot('74-delete-key');
  await page.getByRole('button', { name: 'Delete key' }).click();
  await row.getByText('1111').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('three other words');
  await tour.shoot('76-password-form');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('current password is not right').waitFor();
  await tour.shoot('77-password-wrong');
  await page.getByLabel('Current password').fill('three unrelated words');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('at least 12 characters').waitFor();
  await tour.shoot('78-password-weak');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Sign out everywhere' }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('alertdialog').waitFor();
  await tour.shoot('75-sign-out-everywhere');
  await page.keyboard.press('Escape');
}

/** Missing, loading and failing pages. */
export async function deadEnds(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  await page.goto('/s/ses_00000000000000000000000000');
  await page.getByText('This chat is not here').waitFor();
  await tour.shoot('80-chat-not-found');
  await page.goto('/no/such/page');
  await page.getByText('There is no such page').waitFor();
  await tour.shoot('81-page-not-found');
  tour.play((text) => ({ text }));
  await tour.ask('A chat to come back to');
  await chat.done(4);
  await chat.open();
  if (tour.isSmall) {
    await clickUntil(
      page.getByRole('button', { name: 'Open chats' }),
      page.getByRole('dialog', { name: 'Chats' }),
    );
  }
  const link = chat.session('A chat to come back to').first();
  await link.hover();
  await page.waitForLoadState('networkidle');
  // The prefetched part shows the skeleton; the chat itself never arrives.
  await page.route('**/s/ses_*', () => undefined);
  await link.click();
  await page.getByRole('status', { name: 'Loading chat' }).waitFor();
  await tour.shoot('82-loading');
}
