import type { Script } from '@aideator/gateway/testing/script';
import { SHOWN_MODELS } from '../support/answers.ts';
import { HARD_ANSWERS, LONG_ANSWER } from '../support/hard-answers.ts';
import { type Tour, whole } from './tour.ts';

const NAMES = SHOWN_MODELS.map(({ name }) => name);

/** Answers that stream, wait, think, fail and are cancelled. */
export async function comingAnswers(tour: Tour): Promise<void> {
  const { chat } = tour;
  tour.play((text) => ({ text, firstTokenMs: 60_000 }));
  await tour.ask();
  await chat.panels.getByText('Starting…').first().waitFor();
  await tour.shoot('20-starting');
  await tour.stop();
  await tour.shoot('21-stopped-before-a-word');

  tour.play((text, i) => ({ ...whole(text, i), stallAfterChunks: 45 + 5 * i }));
  await tour.ask();
  await chat.answer('Mistral Medium').getByText('does this in one line').waitFor();
  await tour.shoot('22-streaming');
  await tour.stop();
  await tour.shoot('23-stopped');

  tour.play((text, i) => trouble(text)[i % 4] ?? {});
  await tour.ask();
  for (const look of ['Waiting', 'Thinking', 'Failed', 'Answering']) {
    await chat.panels.getByText(look, { exact: true }).waitFor();
  }
  await tour.shoot('24-waiting-thinking-failed');
  for (const [i, what] of ['waiting', 'thinking', 'failed'].entries()) {
    if (!tour.isSmall) break;
    await chat.panels.nth(i + 1).evaluate((panel) => panel.scrollIntoView({ inline: 'center' }));
    await tour.shoot(`25-${what}`);
  }
  await tour.stop();
}

function trouble(text: string): Script[] {
  return [
    { text, tokensPerSecond: 200, stallAfterChunks: 60 },
    { failFirst: [{ status: 429, headers: { 'retry-after': '40' } }] },
    {
      reasoning: 'The person wants fewer requests. A debounce is the usual answer; races are worth a word.',
      stallAfterChunks: 12,
    },
    { error: { status: 400, body: { error: { message: 'This model is not available in your region.' } } } },
  ];
}

/** Answers of every kind, and the ways to read them. */
export async function readAnswers(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play();
  await tour.ask();
  await chat.done(4);
  await tour.shoot('30-done');

  tour.play((_, i) => ({ text: LONG_ANSWER, tokensPerSecond: 400 + 100 * i }));
  await tour.ask('Tell me all about it');
  await chat.done(4);
  await page.getByRole('button', { name: 'Read from the start' }).first().waitFor();
  await tour.shoot('31-done-and-long');

  tour.play((_, i) => ({ text: HARD_ANSWERS[i % HARD_ANSWERS.length] ?? '' }));
  await tour.ask('Set this, if you can');
  await chat.done(4);
  await chat.reload();
  await chat.done(4);
  await tour.shoot('32-hard-answers');
  for (const index of [0, 1, 2, 3]) {
    if (tour.isSmall)
      await chat.panels.nth(index).evaluate((panel) => panel.scrollIntoView({ inline: 'center' }));
    const answer = chat.answer(NAMES[index] ?? '');
    await answer.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    if (tour.isSmall) await tour.shoot(`33-hard-answer-${index + 1}-end`);
  }
  if (tour.isSmall) return;
  await tour.shoot('33-hard-answers-end');
  await page.getByRole('button', { name: 'Read alone: Claude Sonnet 4.6' }).click();
  await page.getByRole('button', { name: 'All answers', exact: true }).waitFor();
  await tour.shoot('34-read-alone');
}

/** Comparisons of one to six models. */
export async function howMany(tour: Tour): Promise<void> {
  const { chat } = tour;
  tour.play();
  for (const count of [1, 2, 3, 5, 6]) {
    await chat.open();
    await tour.choose(NAMES.slice(0, count));
    if (count === 6) await tour.shoot('35-six-models-chosen');
    await chat.send('How many of you are there?');
    if (count === 1) await tour.page.getByRole('button', { name: /^More for/ }).waitFor();
    else await chat.done(count);
    await tour.shoot(`36-models-${count}`);
  }
  await chat.open();
  await tour.choose(NAMES.slice(0, 4));
  await chat.send('Four again');
  await chat.done(4);
}
