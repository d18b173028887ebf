import { ChatPage, signUp } from '../support/chat-page.ts';
import { expect, test } from '../support/newcomer.ts';

const SECOND = { email: 'second@example.org', password: 'three unrelated words' };

test('four models answer from one Job each, and no Job or pod is left a minute after the last turn', async ({
  page,
  release,
}) => {
  test.setTimeout(5 * 60_000);
  const chat = new ChatPage(page);
  await release.nothingLeft();
  await signUp(page, SECOND);
  await chat.send('Tell me about the sea.');
  await expect.poll(() => release.runJobs(), { timeout: 30_000, intervals: [200] }).toHaveLength(4);
  await expect(chat.panels.getByText('Answering', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await chat.done(4, 150_000);
  await release.nothingLeft();
});
