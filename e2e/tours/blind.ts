import { PROMPT } from '../support/answers.ts';
import { type Tour, whole } from './tour.ts';

/** A blind comparison: chosen, waiting, to be judged, and revealed. */
export async function blind(tour: Tour): Promise<void> {
  const { chat, page, stack } = tour;
  tour.play();
  stack.gateway.setScript('openai/gpt-5.2-mini', { ...whole('Late.', 0), firstTokenMs: 9_000 });
  await chat.open();
  await chat.composer.getByRole('button', { name: 'Blind' }).click();
  await chat.prompt.fill(PROMPT);
  await tour.shoot('60-blind-chosen');
  await chat.prompt.press('Enter');
  await page.getByText(/[23] of 4 done/).waitFor();
  await tour.shoot('61-blind-waiting');
  await chat.done(4);
  await tour.shoot('62-blind-answers');
  await chat.prefer('Answer B').click();
  await page.getByText('Judged blind.').waitFor();
  await tour.shoot('63-blind-revealed');
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Comparisons' }).scrollIntoViewIfNeeded();
  await tour.shoot('64-comparing-defaults');
}
