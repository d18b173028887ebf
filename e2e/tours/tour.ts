import { join } from 'node:path';
import type { Script } from '@aideator/gateway/testing/script';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { ANSWERS, PROMPT, SHOWN_MODELS } from '../support/answers.ts';
import { WIDTHS } from '../support/axe.ts';
import { ChatPage } from '../support/chat-page.ts';
import type { Stack } from '../support/scripted.ts';
import { settled } from '../support/settled.ts';

export type Size = (typeof WIDTHS)[number];

const SCHEMES = ['light', 'dark'] as const;

/** Realistic speeds, because the metrics are visible in the picture. */
const FIRST_TOKEN_MS = [380, 520, 240, 310];
const TOKENS_PER_SECOND = [190, 156, 320, 240];

export function whole(text: string, index: number): Script {
  return {
    text,
    firstTokenMs: FIRST_TOKEN_MS[index % 4] ?? 300,
    tokensPerSecond: TOKENS_PER_SECOND[index % 4] ?? 200,
  };
}

/** A walk through states of the program in a window of one size. */
export class Tour {
  readonly page: Page;
  readonly chat: ChatPage;
  readonly stack: Stack;
  readonly size: Size;
  readonly #outDir: string;

  constructor({ page, stack, size, outDir }: { page: Page; stack: Stack; size: Size; outDir: string }) {
    this.page = page;
    this.chat = new ChatPage(page);
    this.stack = stack;
    this.size = size;
    this.#outDir = outDir;
  }

  get isSmall(): boolean {
    return this.size.width < 768;
  }

  /** Takes a picture of the window in light and dark: `name-1440-light.png`. */
  async shoot(name: string): Promise<void> {
    await this.#shoot(name, this.size);
  }

  async #shoot(name: string, size: Size): Promise<void> {
    for (const colorScheme of SCHEMES) {
      await this.page.emulateMedia({ colorScheme });
      await settled(this.page);
      const path = join(this.#outDir, `${name}-${size.width}-${colorScheme}.png`);
      await this.page.screenshot({ path, animations: 'disabled', caret: 'initial' });
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
  }

  /** Takes pictures of the same state at all widths, for states that take long to reach. */
  async shootAtAllWidths(name: string): Promise<void> {
    for (const size of WIDTHS) {
      await this.page.setViewportSize(size);
      await this.#shoot(name, size);
    }
    await this.page.setViewportSize(this.size);
  }

  /** Sets the scripts of the shown models; by default they send their whole answers. */
  play(script: (text: string, index: number) => Script = whole): void {
    for (const [i, { id }] of SHOWN_MODELS.entries()) {
      this.stack.gateway.setScript(id, script(ANSWERS[i % ANSWERS.length] ?? '', i));
    }
  }

  /** Sends a prompt from a new chat to the chosen models. */
  async ask(prompt: string = PROMPT): Promise<void> {
    await this.chat.open();
    await this.chat.send(prompt);
    await this.page.locator('[data-panel]').first().waitFor();
  }

  /** Chooses exactly these models for the new chat. */
  async choose(names: readonly string[]): Promise<void> {
    await this.chat.composer.getByRole('button', { name: /^Choose models/ }).click();
    const boxes = this.page.getByRole('checkbox');
    await boxes.first().waitFor();
    // By keyboard, because the native checkboxes are visually hidden.
    const set = async (name: string, on: boolean) => {
      const box = this.page.getByRole('checkbox', { name: new RegExp(`^${name}`) });
      if ((await box.isChecked()) !== on) await box.press('Space');
    };
    for (const { name } of SHOWN_MODELS) if (!names.includes(name)) await set(name, false);
    for (const name of names) await set(name, true);
    await this.page.keyboard.press('Escape');
  }

  async stop(): Promise<void> {
    await this.page.getByRole('button', { name: 'Stop all' }).click();
    await this.page.getByRole('button', { name: /^Send to/ }).waitFor();
  }
}

export interface Place {
  browser: Browser;
  stack: Stack;
  size: Size;
  outDir: string;
}

/** Runs a tour in a window of its own and closes the window afterwards. */
export async function inWindow(
  { browser, ...place }: Place,
  storageState: NonNullable<BrowserContextOptions['storageState']>,
  walk: (tour: Tour) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    baseURL: place.stack.url,
    viewport: place.size,
    storageState,
  });
  try {
    await walk(new Tour({ ...place, page: await context.newPage() }));
  } finally {
    await context.close();
  }
}
