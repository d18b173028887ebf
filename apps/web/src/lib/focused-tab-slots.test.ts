import { afterEach, expect, it } from 'vitest';
import { focusedTabSlots } from './focused-tab-slots.ts';
import { STREAMS_MAX } from './stream-slots.ts';

const NAME = 'focused-tab-slots.test';
const channels: BroadcastChannel[] = [];
const never = () => new AbortController().signal;

function openTab(random: number, clock = { ms: 1_000 }) {
  let focus = () => {};
  const slots = focusedTabSlots({
    openChannel: () => {
      const channel = new BroadcastChannel(NAME);
      channels.push(channel);
      return channel;
    },
    onFocus: (callback) => {
      focus = callback;
    },
    now: () => clock.ms,
    random: () => random,
  });
  return { slots, clock, focus: () => focus() };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

it('gives all slots to the tab that was opened last, and back to the one that gets the focus', async () => {
  const first = openTab(0.1);
  const slot = await first.slots.take(never());
  const second = openTab(0.2, { ms: 2_000 });
  const lost = aborted(slot.lost);
  const other = await second.slots.take(never());
  await lost;
  slot.release();

  const again = first.slots.take(never());
  const lostOther = aborted(other.lost);
  first.clock.ms = 3_000;
  first.focus();
  await lostOther;
  (await again).release();
});

it('leaves one owner when two tabs claim in the same millisecond', async () => {
  const low = openTab(0.1);
  const high = openTab(0.9);
  const [lowSlot, highSlot] = await Promise.all([low.slots.take(never()), high.slots.take(never())]);
  await aborted(lowSlot.lost);
  expect(highSlot.lost.aborted).toBe(false);
});

it('bounds the streams of the tab that has the slots', async () => {
  const { slots } = openTab(0.1);
  const held = await Promise.all(Array.from({ length: STREAMS_MAX }, () => slots.take(never())));
  const abort = new AbortController();
  const next = slots.take(abort.signal);
  await expect.poll(() => held[0]?.isWanted()).toBe(true);
  abort.abort();
  await expect(next).rejects.toThrow();
});
