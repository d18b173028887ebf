import { LOCKED } from '../support/models.ts';
import type { Tour } from './tour.ts';

/** A new chat and the list of models. */
export async function newChat(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  await chat.open();
  await tour.shoot('10-new-chat');
  await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  const search = page.getByRole('searchbox', { name: 'Search models' });
  await search.waitFor();
  await tour.shoot('11-models');
  await search.fill(LOCKED.model);
  await page.getByText('needs your key').waitFor();
  await tour.shoot('12-models-needs-your-key');
  await search.fill('no such model');
  await page.getByText('No model matches').waitFor();
  await tour.shoot('13-models-none');
  await page.keyboard.press('Escape');
  await chat.prompt.fill('First line\nsecond line\nthird line of a prompt that takes some room');
  await tour.shoot('14-new-chat-written');
  await page.route('**/api/trpc/turn.submit*', (route) => route.abort('connectionreset'));
  await chat.prompt.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await tour.shoot('15-new-chat-offline');
  await page.unroute('**/api/trpc/turn.submit*');
  await chat.prompt.fill('');
}

/** A new chat while the gateway is down. */
export async function gatewayAway(tour: Tour): Promise<void> {
  await tour.page.goto('/');
  await tour.page.getByText('The model gateway cannot be reached').waitFor();
  await tour.shoot('16-gateway-away');
}
