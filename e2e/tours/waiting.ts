import { fillerText } from '@aideator/gateway/testing/script';
import { SHOWN_MODELS } from '../support/answers.ts';
import { startBufferingProxy } from '../support/buffering-proxy.ts';
import type { Tour } from './tour.ts';

/** One person may have 24 runs at once, and each of these chats has four. */
const CHATS_THAT_TAKE_ALL_PLACES = 6;
const EXCERPT_CHARS = 24_000;

/** Answers that wait for a free place, at one size only: each of the other chats keeps four processes busy. */
export async function noFreePlace(tour: Tour): Promise<void> {
  if (tour.size.width !== 1440) return;
  const { chat, page } = tour;
  tour.play((text) => ({ text, stallAfterChunks: 5 }));
  for (let busy = 0; busy < CHATS_THAT_TAKE_ALL_PLACES; busy += 1) await tour.ask(`Busy ${busy}`);
  await tour.ask('Is there room for me?');
  await chat.panels.getByText('Waiting for a free place').first().waitFor();
  await tour.shootAtAllWidths('26-no-free-place');
  await tour.stop();
  for (let busy = 0; busy < CHATS_THAT_TAKE_ALL_PLACES; busy += 1) {
    await chat.session(`Busy ${busy}`).click();
    await page.waitForURL(/\/s\//);
    await chat.turn(1).getByText(`Busy ${busy}`).waitFor();
    await tour.stop();
  }
}

/** The first word takes long, and a proxy buffers the stream. */
export async function silence(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play((text) => ({ text, firstTokenMs: 60_000 }));
  await tour.ask();
  await chat.panels.getByText('Waiting for the first word').first().waitFor();
  await tour.shoot('27-waiting-for-the-first-word');
  await tour.stop();

  const proxy = await startBufferingProxy(tour.stack.url);
  try {
    tour.play(() => ({ text: fillerText(6_000), tokensPerSecond: 15 }));
    await chat.open(`${proxy.url}/`);
    await chat.send('Can you hear me?');
    await page.getByText('holds the stream back').waitFor();
    await tour.shoot('28-held-back');
    await tour.stop();
  } finally {
    await proxy.close();
  }
}

/** The beginnings of long answers, and the same model twice. */
export async function oddComparisons(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  const paragraph = `${fillerText(80)}\n\n`;
  tour.play(() => ({ text: paragraph.repeat(Math.ceil(EXCERPT_CHARS / paragraph.length) + 5) }));
  await tour.ask('At great length');
  await chat.done(4);
  // The rest never arrives.
  await page.route(/\/api\/trpc\/.*response\.text/, () => undefined);
  await page.reload();
  const rest = chat.panels.first().getByText('Loading the rest…');
  await rest.waitFor();
  await rest.evaluate((note) => note.scrollIntoView({ block: 'end' }));
  await tour.shoot('37-loading-the-rest');
  await page.unrouteAll({ behavior: 'ignoreErrors' });

  tour.play();
  await chat.open();
  const [first, second] = SHOWN_MODELS;
  const submit = page.waitForRequest(/turn\.submit/);
  await page.route(/turn\.submit/, async (route) => {
    const body = JSON.parse(route.request().postData() ?? '{}');
    const input = body.json ?? body[0]?.json;
    input.panels = [first, first, second].map((model) => ({ modelId: model?.id }));
    await route.continue({ postData: JSON.stringify(body) });
  });
  await chat.send('Twice the same');
  await submit;
  await chat.done(3);
  await tour.shoot('38-same-model-twice');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
