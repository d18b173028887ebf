import { expect, type Locator, type Page } from '@playwright/test';

/** Page object of a chat. */
export class ChatPage {
  readonly page: Page;
  readonly prompt: Locator;
  readonly composer: Locator;
  readonly panels: Locator;
  readonly announcements: Locator;
  /** The verdict bar of the newest turn. */
  readonly verdict: Locator;

  constructor(page: Page) {
    this.page = page;
    this.prompt = page.getByRole('textbox', { name: 'Prompt' });
    this.composer = page.getByRole('form', { name: 'New prompt' });
    this.panels = page.locator('[data-turn]:last-of-type [data-panel]');
    this.verdict = page.locator('[data-turn]:last-of-type').getByRole('group', { name: 'Verdict' });
    this.announcements = page.locator('main [role=status][aria-live=polite]');
  }

  /** Opens a chat and waits until it reacts, for a new chat also until its models are loaded. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(path);
    await expect(this.prompt).toHaveAttribute('data-ready');
    if (path === '/') await expect(this.composer.getByRole('button', { name: /^Send to/ })).toBeVisible();
  }

  /** Reloads the page and waits until it reacts. */
  async reload(): Promise<void> {
    await this.page.reload();
    await expect(this.prompt).toHaveAttribute('data-ready');
  }

  /** Sends a prompt once no turn is active: "Done" in all panels comes a moment before the turn ends. */
  async send(text: string): Promise<void> {
    await this.prompt.fill(text);
    await expect(this.composer.getByRole('button', { name: 'Stop all' })).toBeHidden();
    await this.prompt.press('Enter');
  }

  /** The panel of a model in the newest turn. */
  panel(name: string): Locator {
    return this.page
      .locator('[data-turn]:last-of-type')
      .getByRole('region', { name: new RegExp(`^${name}, prompt`) });
  }

  answer(name: string): Locator {
    return this.panel(name).getByRole('group', { name: `Answer of ${name}` });
  }

  prefer(name: string): Locator {
    return this.panel(name).getByRole('button', { name: /^(I prefer this response|Preferred)/ });
  }

  /** Performs an action that changes the verdict and waits until the server has stored it. The page shows it earlier. */
  async saving(what: 'set' | 'amend', act: () => Promise<void>): Promise<void> {
    const saved = this.page.waitForResponse((response) => response.url().includes(`/preference.${what}`));
    await act();
    expect((await saved).ok()).toBe(true);
  }

  turn(number: number): Locator {
    return this.page.getByRole('article', { name: `Prompt ${number}` });
  }

  /** Opens the other answers of an earlier turn. Clicks again while the page does not react yet. */
  async openComparison(number: number, others: number): Promise<void> {
    const closed = this.turn(number).getByRole('button', { name: `${others} other answers` });
    const open = this.turn(number).getByRole('button', { name: /^Hide / });
    await expect(async () => {
      if (await closed.isVisible()) await closed.click();
      await expect(open).toBeVisible({ timeout: 1_000 });
    }).toPass();
  }

  /** Waits until `count` panels of the newest turn show "Done". */
  async done(count: number, timeout = 20_000): Promise<void> {
    await expect(this.panels.getByText('Done', { exact: true })).toHaveCount(count, { timeout });
  }

  async openAccountMenu(): Promise<void> {
    await this.page.getByRole('button', { name: /account menu$/ }).click();
  }

  /** A session in the sidebar. */
  session(title: string): Locator {
    return this.page
      .getByRole('navigation', { name: 'Chats' })
      .getByRole('link', { name: title, exact: true });
  }

  async sessionMenu(title: string): Promise<void> {
    await this.session(title).hover();
    await this.page.getByRole('button', { name: `Actions for ${title}` }).click();
  }
}

/** Clicks until `opened` is visible, since the page may not react yet. */
export async function clickUntil(button: Locator, opened: Locator): Promise<void> {
  await expect(async () => {
    if (!(await opened.isVisible())) await button.click({ timeout: 2_000 });
    await expect(opened).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

export async function signOut(chat: ChatPage): Promise<void> {
  await chat.openAccountMenu();
  await chat.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(chat.page).toHaveURL(/\/sign-in/);
}

export interface Account {
  email: string;
  password: string;
}

export async function signUp(page: Page, account: Account): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible({ timeout: 30_000 });
}

export async function signIn(page: Page, account: Account): Promise<void> {
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible({ timeout: 30_000 });
}
