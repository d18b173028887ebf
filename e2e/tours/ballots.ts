import type { Tour } from './tour.ts';

/** Equally good answers, the worst one, and a ranking. */
export async function ballots(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play();
  await tour.ask();
  await chat.done(4);
  await page.getByRole('button', { name: 'Equally good' }).click();
  for (const option of (await page.getByRole('checkbox').all()).slice(0, 2)) await option.check();
  await tour.shoot('50-equally-good');
  await page.getByRole('button', { name: 'Save verdict' }).click();
  await page.getByRole('button', { name: 'Continue with' }).click();
  await page.getByRole('menuitemradio').first().waitFor();
  await tour.shoot('51-continue-with');
  await page.getByRole('menuitemradio').first().click();
  await page.getByRole('button', { name: /worst\?/i }).click();
  await page.getByRole('dialog').getByRole('button', { pressed: false }).last().click();
  await page.getByRole('button', { name: 'Too long' }).click();
  await tour.shoot('52-worst');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await tour.shoot('53-best-and-worst');
  await page.keyboard.press('Alt+Shift+Digit0');
  await page.getByRole('dialog', { name: 'Rank all answers' }).waitFor();
  await page.keyboard.press('=');
  await tour.shoot('54-ranking');
}
