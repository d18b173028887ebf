import { SHOWN_MODELS } from '../support/answers.ts';
import { LONG_ANSWER } from '../support/hard-answers.ts';
import { type Tour, whole } from './tour.ts';

const REFUSED = { error: { status: 400, body: { error: { message: 'This model is not available.' } } } };

/** Failed and cut answers, folded panels, and columns of different widths. */
export async function reading(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play((text, i) => (i % 4 < 2 ? REFUSED : { ...whole(text, i), finishReason: 'length' }));
  await tour.ask();
  await chat.done(2);
  await tour.shoot('60-failed-and-cut');

  tour.play();
  await chat.open();
  await tour.choose(SHOWN_MODELS.map(({ name }) => name));
  await chat.send('How many of you are there?');
  await chat.done(6);
  await tour.shoot('61-folded');
  if (!tour.isSmall) {
    await page.getByRole('button', { name: 'Show 2 more' }).click();
    await tour.shoot('62-unfolded');
    await page.getByRole('button', { name: 'Show only 4' }).click();
  }

  tour.play(() => ({ text: LONG_ANSWER }));
  await chat.open();
  await tour.choose(SHOWN_MODELS.slice(0, 4).map(({ name }) => name));
  await chat.send('Tell me all about it');
  await chat.done(4);
  if (tour.isSmall) return;
  await page.getByRole('button', { name: 'Scroll all answers together' }).click();
  await page.getByRole('separator', { name: 'Width of column 1' }).press('Home');
  await tour.shoot('63-columns');
}
