import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Script } from '@aideator/gateway/testing/script';
import { type Browser, chromium, type Page } from '@playwright/test';
import config from './playwright.config.ts';
import { ANSWERS, FOLLOW_UP, FOLLOW_UP_ANSWER, PROMPT, SHOWN_MODELS } from './support/answers.ts';
import { WIDTHS } from './support/axe.ts';
import { ChatPage, signUp } from './support/chat-page.ts';
import { type Stack, startScriptedStack } from './support/scripted.ts';

/** `node e2e/screenshots.ts [outDir]`: pictures of every state at three widths, light and dark, over the scripted gateway. */
const { positionals } = parseArgs({ allowPositionals: true });
const [outDir = 'test-results/screenshots'] = positionals;

const SCHEMES = ['light', 'dark'] as const;
type Scheme = (typeof SCHEMES)[number];
type Size = (typeof WIDTHS)[number];

const MODELS = SHOWN_MODELS.map(({ id, name }, i) => ({ id, name, text: ANSWERS[i] ?? '' }));
const PICK = 'Claude Sonnet 4.6';

function play(stack: Stack, script: (text: string, index: number) => Script): void {
  for (const [i, model] of MODELS.entries()) stack.gateway.setScript(model.id, script(model.text, i));
}

/** Plausible paces: the figures are in the picture. */
const whole = (text: string, index: number): Script => ({
  text,
  firstTokenMs: [380, 520, 240, 310][index] ?? 300,
  tokensPerSecond: [95, 78, 160, 120][index] ?? 100,
});

interface Tour {
  page: Page;
  chat: ChatPage;
  stack: Stack;
  shoot: (name: string) => Promise<void>;
}

async function ask(tour: Tour): Promise<void> {
  await tour.chat.open();
  await tour.chat.send(PROMPT);
  await tour.chat.panels.nth(3).waitFor();
}

async function stateTour(tour: Tour): Promise<void> {
  const { chat, stack, page, shoot } = tour;
  await chat.open();
  await shoot('2-new-chat');
  await chat.composer.getByRole('button', { name: /^Choose models/ }).click();
  await page.getByRole('searchbox', { name: 'Search models' }).waitFor();
  await shoot('3-models');

  play(stack, (text, i) => ({ ...whole(text, i), stallAfterChunks: 45 + 5 * i }));
  await ask(tour);
  await chat.answer('Mistral Medium').getByText('does this in one line').waitFor();
  await shoot('4-streaming');
  await page.keyboard.press('Escape');

  play(
    stack,
    (text, i) =>
      [
        { ...whole(text, i), stallAfterChunks: 60 },
        { failFirst: [{ status: 429, headers: { 'retry-after': '40' } }] },
        {
          reasoning:
            'The person wants fewer requests. A debounce is the usual answer; races are worth a word.',
          stallAfterChunks: 12,
        },
        {
          error: { status: 400, body: { error: { message: 'This model is not available in your region.' } } },
        },
      ][i] ?? {},
  );
  await ask(tour);
  for (const look of ['Waiting', 'Thinking', 'Failed']) {
    await chat.panels.getByText(look, { exact: true }).waitFor();
  }
  await shoot('5-failed-and-waiting');
  await chat.panels.nth(3).scrollIntoViewIfNeeded();
  await shoot('5-failed-and-waiting-last');
  await page.keyboard.press('Escape');
}

async function compareTour(tour: Tour): Promise<void> {
  const { chat, stack, page, shoot } = tour;
  play(stack, whole);
  await ask(tour);
  await chat.done(4);
  await chat.prefer(PICK).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await shoot('6-done-with-a-pick');
  stack.gateway.setScript('anthropic/claude-sonnet-4-6', whole(FOLLOW_UP_ANSWER, 1));
  await chat.send(FOLLOW_UP);
  await chat
    .turn(2)
    .getByRole('button', { name: /^More for/ })
    .waitFor();
  await shoot('7-follow-up');
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await shoot('8-settings');
}

/** No animation is on its way, and the fonts are there. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const finite = document
      .getAnimations()
      .filter((each) => each.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(finite.map((each) => each.finished));
  });
}

interface Place {
  browser: Browser;
  stack: Stack;
  size: Size;
  scheme: Scheme;
}

async function openTour(place: Place, state?: Awaited<ReturnType<typeof signedIn>>): Promise<Tour> {
  const context = await place.browser.newContext({
    baseURL: place.stack.url,
    viewport: place.size,
    colorScheme: place.scheme,
    ...(state === undefined ? {} : { storageState: state }),
  });
  const page = await context.newPage();
  const shoot = async (name: string) => {
    await settled(page);
    await page.screenshot({ path: join(outDir, `${name}-${place.size.width}-${place.scheme}.png`) });
  };
  return { page, chat: new ChatPage(page), stack: place.stack, shoot };
}

async function signedIn(browser: Browser, stack: Stack) {
  const context = await browser.newContext({ baseURL: stack.url });
  await signUp(await context.newPage(), { email: 'ada@example.org', password: 'three unrelated words' });
  const state = await context.storageState();
  await context.close();
  return state;
}

async function everywhere(
  browser: Browser,
  stack: Stack,
  visit: (place: Place) => Promise<void>,
): Promise<void> {
  for (const size of WIDTHS) for (const scheme of SCHEMES) await visit({ browser, stack, size, scheme });
}

async function takeAll(browser: Browser, stack: Stack): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await everywhere(browser, stack, async (place) => {
    const tour = await openTour(place);
    await tour.page.goto('/');
    await tour.page.getByRole('button', { name: 'Create account' }).waitFor();
    await tour.shoot('1-sign-up');
    await tour.page.context().close();
  });
  const state = await signedIn(browser, stack);
  await everywhere(browser, stack, async (place) => {
    const tour = await openTour(place, state);
    await stateTour(tour);
    await compareTour(tour);
    await tour.page.context().close();
  });
}

const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
  const stack = await startScriptedStack(SHOWN_MODELS);
  await takeAll(browser, stack).finally(() => stack.close());
} finally {
  await browser.close();
}
