import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import config from './playwright.config.ts';
import { SHOWN_MODELS } from './support/answers.ts';
import { WIDTHS } from './support/axe.ts';
import { signUp } from './support/chat-page.ts';
import { type Stack, startScriptedStack } from './support/scripted.ts';
import { firstVisit, signedOut } from './tours/account.ts';
import { comingAnswers, howMany, readAnswers } from './tours/answers.ts';
import { ballots } from './tours/ballots.ts';
import { blind } from './tours/blind.ts';
import { gatewayAway, newChat } from './tours/new-chat.ts';
import { reading } from './tours/reading.ts';
import { deadEnds, settings, sidebar } from './tours/shell.ts';
import { inWindow, type Place, type Tour } from './tours/tour.ts';
import { longSession, verdict } from './tours/verdict.ts';
import { noFreePlace, oddComparisons, silence } from './tours/waiting.ts';
import { wholeAnswer } from './tours/whole-answer.ts';

/**
 * `node e2e/screenshots.ts [outDir] [--tour name …] [--width 390 …]`: pictures of every screen and state at three widths,
 * light and dark, over the scripted gateway.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tour: { type: 'string', multiple: true },
    width: { type: 'string', multiple: true },
  },
});
const [outDir = 'test-results/screenshots'] = positionals;

const TOURS: Readonly<Record<string, (tour: Tour) => Promise<void>>> = {
  newChat,
  comingAnswers,
  silence,
  noFreePlace,
  readAnswers,
  wholeAnswer,
  oddComparisons,
  verdict,
  ballots,
  blind,
  howMany,
  reading,
  longSession,
  sidebar,
  settings,
  deadEnds,
};
const NOBODY = { cookies: [], origins: [] };

async function signedIn(browser: Browser, stack: Stack) {
  const context = await browser.newContext({ baseURL: stack.url });
  await signUp(await context.newPage(), { email: 'ada@example.org', password: 'three unrelated words' });
  const state = await context.storageState();
  await context.close();
  return state;
}

async function takeAll(browser: Browser, stack: Stack): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const wanted = (name: string) => values.tour?.includes(name) ?? true;
  const places = WIDTHS.filter(({ width }) => values.width?.includes(String(width)) ?? true).map(
    (size): Place => ({ browser, stack, size, outDir }),
  );
  for (const place of places) if (wanted('firstVisit')) await inWindow(place, NOBODY, firstVisit);
  // First, because the server keeps the list of models for a while once it is known.
  await stack.gateway.stop();
  const ada = await signedIn(browser, stack);
  for (const place of places) if (wanted('gatewayAway')) await inWindow(place, ada, gatewayAway);
  await stack.gateway.start();
  for (const place of places) if (wanted('signedOut')) await inWindow(place, NOBODY, signedOut);
  for (const place of places) {
    for (const [name, walk] of Object.entries(TOURS)) if (wanted(name)) await inWindow(place, ada, walk);
  }
}

const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
  const stack = await startScriptedStack(SHOWN_MODELS);
  await takeAll(browser, stack).finally(() => stack.close());
} finally {
  await browser.close();
}
