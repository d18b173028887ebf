import { FOLLOW_UP, FOLLOW_UP_ANSWER } from '../support/answers.ts';
import { type Tour, whole } from './tour.ts';

const PICK = 'Claude Sonnet 4.6';
/** More than one page of a session. */
const TURNS = 22;
const PICK_ID = 'anthropic/claude-sonnet-4-6';

/** A preference, its reason, and the continued session. */
export async function verdict(tour: Tour): Promise<void> {
  const { chat, page, stack } = tour;
  tour.play();
  await tour.ask();
  await chat.done(4);
  await chat.prefer(PICK).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await tour.shoot('40-picked');
  const sayWhy = page.getByRole('button', { name: 'Say why' });
  if (await sayWhy.isVisible()) await sayWhy.click();
  await page.getByRole('button', { name: 'Clearer' }).click();
  await page.getByRole('textbox', { name: 'In your words' }).fill('it also cancels');
  await tour.shoot('41-reason');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Because: Clearer').waitFor();
  await tour.shoot('42-reason-given');
  await page.getByRole('button', { name: `More for ${PICK}` }).click();
  await page.getByRole('menuitem', { name: 'Answer again' }).waitFor();
  await tour.shoot('43-panel-menu');
  await page.getByRole('menuitem', { name: 'Answer again' }).click();
  await page.getByRole('alertdialog').waitFor();
  await tour.shoot('44-replace-question');
  await page.getByRole('button', { name: 'Cancel' }).click();

  stack.gateway.setScript(PICK_ID, whole(FOLLOW_UP_ANSWER, 1));
  await chat.send(FOLLOW_UP);
  await chat
    .turn(2)
    .getByRole('button', { name: /^More for/ })
    .waitFor();
  await tour.shoot('45-follow-up');
  await chat.openComparison(1, 3);
  await chat.turn(1).getByRole('button', { name: /^Hide/ }).scrollIntoViewIfNeeded();
  await chat
    .turn(1)
    .getByRole('button', { name: /^Hide/ })
    .evaluate((button) => button.scrollIntoView());
  await tour.shoot('46-other-answers');
  await page.getByRole('button', { name: 'Compare all 4' }).click();
  await tour.shoot('47-compare-again-chosen');
  tour.play();
  await chat.send('All of you again, please');
  await chat.turn(3).waitFor();
  await chat.done(4);
  await page.getByRole('button', { name: 'Equally good' }).click();
  for (const option of await page.getByRole('checkbox').all()) await option.check();
  await page.getByRole('button', { name: 'Save verdict' }).click();
  await page.getByRole('button', { name: 'Continue with' }).waitFor();
  await tour.shoot('48-compared-again-tie');
}

/** Many turns, and a collapsed prompt. */
export async function longSession(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play((text) => ({ text }));
  await tour.ask('The first of many');
  await chat.done(4);
  await chat.prefer(PICK).click();
  for (let turn = 2; turn <= TURNS; turn += 1) {
    const prompt =
      turn === TURNS
        ? `A long prompt.\n${'It goes on and on, as pasted text does.\n'.repeat(20)}`
        : `Prompt ${turn}`;
    await chat.send(prompt);
    await chat
      .turn(turn)
      .getByRole('button', { name: /^More for/ })
      .waitFor();
  }
  await tour.shoot('50-long-session');
  await chat.reload();
  const earlier = page.getByRole('button', { name: 'Show 10 earlier turns' });
  await earlier.waitFor();
  await earlier.evaluate((button) => button.scrollIntoView());
  await tour.shoot('51-long-session-start');
  await earlier.click();
  // The page of older turns never arrives.
  await page.route(/\/api\/trpc\/.*session\.turns/, () => undefined);
  await page.getByRole('button', { name: 'Load earlier turns' }).click();
  await page.getByText('Loading earlier turns…').evaluate((button) => button.scrollIntoView());
  await tour.shoot('52-older-turns-loading');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
