import { describe, expect, it } from 'vitest';
import { lockSlots, pageSlots, STREAMS_MAX, type StreamSlot, type StreamSlots } from './stream-slots.ts';

const never = () => new AbortController().signal;

async function takeAll(slots: StreamSlots): Promise<StreamSlot[]> {
  return Promise.all(Array.from({ length: STREAMS_MAX }, () => slots.take(never())));
}

/** True if a promise is settled once everything that is ready has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  for (let step = 0; step < 5; step += 1) await new Promise(setImmediate);
  return settled;
}

describe.each([
  ['of a browser with Web Locks', () => lockSlots(navigator.locks)],
  ['of one page', () => pageSlots()],
])('stream slots %s', (_, make) => {
  it('hand out no more than the limit; the next stream waits until one is released', async () => {
    const slots = make();
    const [first, ...others] = await takeAll(slots);
    const next = slots.take(never());
    expect(await isSettled(next)).toBe(false);
    first?.release();
    const slot = await next;
    for (const held of [slot, ...others]) held.release();
  });

  it('notify a holder when another stream waits', async () => {
    const slots = make();
    const held = await takeAll(slots);
    await expect.poll(() => held[0]?.isWanted()).toBe(false);
    const next = slots.take(never());
    await expect.poll(() => held[0]?.isWanted()).toBe(true);
    held[0]?.release();
    const slot = await next;
    await expect.poll(() => slot.isWanted()).toBe(false);
    for (const each of [slot, ...held]) each.release();
  });

  it('serve those who wait in their order', async () => {
    const slots = make();
    const held = await takeAll(slots);
    const served: string[] = [];
    const wait = async (name: string) => {
      const slot = await slots.take(never());
      served.push(name);
      slot.release();
    };
    const all = [wait('a'), wait('b'), wait('c')];
    held[0]?.release();
    await Promise.all(all);
    expect(served).toEqual(['a', 'b', 'c']);
    for (const each of held) each.release();
  });

  it('let a waiting stream give up without losing a slot', async () => {
    const slots = make();
    const held = await takeAll(slots);
    const abort = new AbortController();
    const gone = slots.take(abort.signal);
    abort.abort();
    await expect(gone).rejects.toThrow();
    for (const each of held) each.release();
    for (const each of await takeAll(slots)) each.release();
  });

  it('refuse a stream that was already given up', async () => {
    await expect(make().take(AbortSignal.abort())).rejects.toThrow();
  });

  it('lose no slot when a stream gives up at the moment it is served', async () => {
    const slots = make();
    const held = await takeAll(slots);
    const abort = new AbortController();
    const gone = slots.take(abort.signal).then(
      (slot) => slot.release(),
      () => undefined,
    );
    held[0]?.release();
    abort.abort();
    await gone;
    held[0]?.release();
    for (const each of held.slice(1)) each.release();
    for (const each of await takeAll(slots)) each.release();
  });
});
