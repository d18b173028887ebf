import { afterEach, expect, it } from 'vitest';
import { createDraftPresence, type DraftPresence } from './draft-presence.ts';

const NAME = 'draft-presence.test';
const tabs: DraftPresence[] = [];

function openTab(draftId?: string) {
  const taken: number[] = [];
  const presence = createDraftPresence(new BroadcastChannel(NAME), () => taken.push(Date.now()));
  tabs.push(presence);
  if (draftId !== undefined) presence.open(draftId);
  return { presence, taken };
}

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
});

it('returns the drafts that other tabs have open, without those of closed tabs', async () => {
  openTab('d1');
  const closed = openTab('d2');
  const asking = openTab('d3');
  closed.presence.close();
  expect([...(await asking.presence.openElsewhere())]).toEqual(['d1']);
});

it('notifies exactly one of two tabs with the same draft', async () => {
  const first = openTab('d1');
  const second = openTab('d1');
  await expect.poll(() => first.taken.length + second.taken.length).toBeGreaterThan(0);
  expect([first.taken.length > 0, second.taken.length > 0].filter(Boolean)).toHaveLength(1);
});

it('ignores junk on the channel', async () => {
  const { presence } = openTab('d1');
  const channel = new BroadcastChannel(NAME);
  for (const junk of [null, 5, 'who', { type: 'open' }, { type: 'open', draftId: 3, tab: 't' }]) {
    channel.postMessage(junk);
  }
  expect((await presence.openElsewhere()).size).toBe(0);
  channel.close();
});
