import type { Locator } from '@playwright/test';
import { expectAccessible, expectAccessibleEverywhere } from '../support/axe.ts';
import { ChatPage, signIn, signOut } from '../support/chat-page.ts';
import { expect, test } from '../support/newcomer.ts';

const ACCOUNT = { email: 'newcomer@example.org', password: 'three unrelated words' };
/** Names and providers in panel heads that are shown truncated. */
function cutInHead(panel: Locator): Promise<string[]> {
  return panel.locator('header').evaluate((head) => {
    const { bottom } = head.getBoundingClientRect();
    const texts = [...head.querySelectorAll('h3, p')];
    const seen = texts.filter((text) => {
      const box = text.parentElement?.getBoundingClientRect();
      return text.getBoundingClientRect().top < Math.min(bottom, box?.bottom || bottom);
    });
    return seen.filter((text) => text.scrollWidth > text.clientWidth).map((text) => text.textContent ?? '');
  });
}

const PROMPT = 'Name three fruits and say one thing about each.';

test('a newcomer signs up, compares four real answers, prefers one, continues with it, and finds everything after a reload', async ({
  page,
}) => {
  test.setTimeout(6 * 60_000);
  const chat = new ChatPage(page);
  const answers = new Map<string, string>();
  let chosen = '';

  await test.step('the first visit leads to the sign-up, which says that the first account is the admin', async () => {
    await page.goto('/');
    await expect(page).toHaveURL(/\/sign-up/);
    await expect(page.getByText('This is the first account, so it becomes the administrator.')).toBeVisible();
    await expectAccessibleEverywhere(page, 'first sign-up');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByLabel('E-mail').fill(ACCOUNT.email);
    await page.getByLabel('Password', { exact: true }).fill(ACCOUNT.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(/\/$/);
  });

  await test.step('four models are chosen already; Enter sends the prompt to them', async () => {
    await expect(chat.composer.getByRole('button', { name: 'Send to 4 models' })).toBeVisible();
    await chat.send(PROMPT);
    await expect(chat.panels).toHaveCount(4);
    await expect(page.getByRole('heading', { level: 3, name: /SmolLM2/ })).toHaveCount(4);
  });

  await test.step('four real answers stream to their end, with figures', async () => {
    await expect(chat.panels.getByText('Answering', { exact: true }).first()).toBeVisible({
      timeout: 60_000,
    });
    await expectAccessible(page, 'while real answers stream');
    await chat.done(4, 150_000);
    for (const panel of await chat.panels.all()) {
      const name = (await panel.getByRole('heading', { level: 3 }).textContent()) ?? '';
      const text = (await panel.getByRole('group', { name: /^Answer of/ }).textContent()) ?? '';
      expect(text.length, name).toBeGreaterThan(20);
      answers.set(name, text);
      await expect(panel.getByRole('definition')).toHaveText([/s$/, /s$/, /\d/, /\d/, /./]);
    }
    expect(answers.size).toBe(4);
    await expectAccessible(page, 'when real answers are done');
  });

  await test.step('in two columns the heads show the whole name, and either the whole provider or none', async () => {
    for (const width of [1024, 1200]) {
      await page.setViewportSize({ width, height: 768 });
      for (const panel of await chat.panels.all()) expect(await cutInHead(panel), `${width}`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('the preferred answer turns gold and keeps its reason', async () => {
    chosen = [...answers.keys()][1] ?? '';
    const panel = chat.panels.nth(1);
    const button = panel.getByRole('button', { name: /^(I prefer this response|Preferred)/ });
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await expect(panel).toHaveAttribute('data-chosen', 'true');
    await page.getByRole('textbox', { name: 'In your words' }).fill('it knows its fruit');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Because: it knows its fruit')).toBeVisible();
  });

  await test.step('a follow-up goes to the preferred model, which answers with the context', async () => {
    const submit = page.waitForRequest(/turn\.submit/);
    await chat.send('Say more about the first of them.');
    expect((await submit).postData()).toContain('"mode":"continue"');
    const answer = chat.turn(2).getByRole('region', { name: /, prompt 2$/ });
    await expect(answer.getByRole('heading', { level: 3 })).toHaveText(chosen);
    await expect(answer.getByRole('button', { name: /^More for/ })).toBeVisible({ timeout: 120_000 });
    await expect(answer.getByText('Failed')).toHaveCount(0);
  });

  await test.step('after a reload the pick and the reason are there, and the other answers are one click away', async () => {
    await chat.reload();
    await expect(chat.turn(1)).toContainText(PROMPT);
    await expect(chat.turn(1).getByText('Preferred', { exact: true })).toBeVisible();
    await expect(chat.turn(2)).toContainText('Say more about the first of them.');
    await chat.openComparison(1, 3);
    for (const text of answers.values()) {
      await expect(chat.turn(1)).toContainText(text.replaceAll(/\s+/g, ' ').trim());
    }
    await expect(chat.turn(1)).toContainText('Because: it knows its fruit');
    await expectAccessible(page, 'an earlier comparison');
  });

  await test.step('the chat is renamed, deleted and restored', async () => {
    await chat.sessionMenu(PROMPT);
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Chat title' }).fill('Fruit');
    await page.keyboard.press('Enter');
    await expect(chat.session('Fruit')).toBeVisible();
    await chat.sessionMenu('Fruit');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(chat.session('Fruit')).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(chat.session('Fruit')).toBeVisible();
  });

  await test.step('everything is still there after signing out and in again', async () => {
    await page.goto('/settings');
    await expect(page.getByText('Administrator')).toBeVisible();
    await expectAccessible(page, 'settings');
    await signOut(chat);
    await signIn(page, ACCOUNT);
    await chat.session('Fruit').click();
    await expect(chat.turn(2)).toContainText('Say more about the first of them.');
  });
});
