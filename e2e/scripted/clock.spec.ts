import { fillerText } from '@aideator/gateway/testing/script';
import { expect, test } from '../support/scripted.ts';

const MINUTES = 60_000;

for (const [name, aheadMs] of [
  ['ahead', 10 * MINUTES],
  ['behind', -10 * MINUTES],
] as const) {
  test(`a browser whose clock is ten minutes ${name} shows the right times`, async ({
    chat,
    stage,
    context,
  }) => {
    await context.addInitScript((ms) => {
      const Native = Date;
      const now = () => Native.now() + ms;
      window.Date = class extends Native {
        constructor(...given: [] | ConstructorParameters<DateConstructor>) {
          if (given.length === 0) super(now());
          else super(...given);
        }
        static override now() {
          return now();
        }
      } as DateConstructor;
    }, aheadMs);
    stage.play({
      Alder: { tokensPerSecond: 20, text: fillerText(240) },
      Dogwood: { text: 'Worth the wait.', failFirst: [{ status: 429, headers: { 'retry-after': '6' } }] },
    });
    await chat.open();
    await chat.send('What time is it?');
    const waiting = chat.panel('Dogwood');
    await expect(waiting).toContainText(/Trying again in [1-6] s\./);
    const total = chat.panel('Alder').getByRole('definition').nth(1);
    await expect(total).toHaveText(/^([1-9]|\d\.\d) s$/);
    const before = Number.parseFloat((await total.textContent()) ?? '');
    await chat.reload();
    const after = async () => Number.parseFloat((await total.textContent()) ?? '');
    await expect(chat.panel('Alder').getByText('Answering', { exact: true })).toBeVisible();
    expect(await after()).toBeGreaterThan(before);
    await expect(total).toHaveText(/^[\d.]+ s$/);
    await chat.done(4, 40_000);
  });
}
