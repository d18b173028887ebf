import { ChatPage } from '../support/chat-page.ts';
import { expect, test } from '../support/scripted.ts';

/** Waits until the browser has stored a draft with this text. */
async function stored(chat: ChatPage, text: string): Promise<void> {
  const drafts = () =>
    chat.page.evaluate(() =>
      Object.entries(localStorage).filter(([key]) => key.startsWith('aideator:draft:')),
    );
  await expect.poll(async () => JSON.stringify(await drafts())).toContain(text);
}

test('sending a prompt in one tab does not change the draft in another', async ({ chat, context }) => {
  await chat.open();
  const other = new ChatPage(await context.newPage());
  await other.open();
  await chat.prompt.fill('For the first tab');
  await other.prompt.fill('Still being written');
  await stored(other, 'Still being written');
  await chat.prompt.press('Enter');
  await chat.done(4);
  await other.reload();
  await expect(other.prompt).toHaveValue('Still being written');
  await other.prompt.fill('');
});

test('two tabs keep their own drafts after a reload', async ({ chat, context }) => {
  await chat.open();
  const other = new ChatPage(await context.newPage());
  await other.open();
  await chat.prompt.fill('One');
  await other.prompt.fill('Two');
  await chat.reload();
  await other.reload();
  await expect(chat.prompt).toHaveValue('One');
  await expect(other.prompt).toHaveValue('Two');
});

test('the draft of a closed tab appears in the next new chat, and is removed once it is sent', async ({
  chat,
  context,
}) => {
  const closed = new ChatPage(await context.newPage());
  await closed.open();
  await closed.prompt.fill('Closed by mistake');
  await stored(closed, 'Closed by mistake');
  await closed.page.close();
  await chat.open();
  await expect(chat.prompt).toHaveValue('Closed by mistake');
  await chat.prompt.press('Enter');
  await chat.done(4);
  const next = new ChatPage(await context.newPage());
  await next.open();
  await expect(next.prompt).toHaveValue('');
});

test('a draft that is open in one tab is not taken over by another', async ({ chat, context }) => {
  await chat.open();
  await chat.prompt.fill('Mine');
  await stored(chat, 'Mine');
  const other = new ChatPage(await context.newPage());
  await other.open();
  await other.prompt.fill('Other');
  await expect(other.prompt).toHaveValue('Other');
  await expect(chat.prompt).toHaveValue('Mine');
});
