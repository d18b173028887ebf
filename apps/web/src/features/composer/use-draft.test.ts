// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NEW_CHAT } from './draft-storage.ts';
import { useDraft } from './use-draft.ts';

function openTab(chatKey = NEW_CHAT) {
  const hook = renderHook((props: { chatKey: string }) => useDraft('usr_a', props.chatKey), {
    initialProps: { chatKey },
  });
  return {
    draft: () => hook.result.current,
    type: (text: string) => act(() => hook.result.current.setText(text)),
    goTo: (next: string) => hook.rerender({ chatKey: next }),
    close: () => hook.unmount(),
  };
}

/** A new tab has an empty sessionStorage. */
const newTab = () => sessionStorage.clear();
const storedTexts = () =>
  Object.values({ ...localStorage }).map((value) => (JSON.parse(String(value)) as { text: string }).text);
/** The time within which other tabs report their open drafts. */
const replies = () => act(() => new Promise((resolve) => setTimeout(resolve, 300)));

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('comes back after a reload of the tab', () => {
  const tab = openTab();
  tab.type('half a thought');
  tab.close();
  expect(openTab().draft().text).toBe('half a thought');
});

it('is stored when the page is left, even right after the last letter', () => {
  const tab = openTab();
  tab.type('last words');
  window.dispatchEvent(new Event('pagehide'));
  expect(storedTexts()).toEqual(['last words']);
});

it('is separate for each session', () => {
  const tab = openTab();
  tab.type('new chat');
  tab.goTo('ses_1');
  expect(tab.draft().text).toBe('');
  tab.type('in session');
  tab.goTo(NEW_CHAT);
  expect(tab.draft().text).toBe('new chat');
});

it('does not change when another tab sends its prompt', async () => {
  const first = openTab();
  newTab();
  const second = openTab();
  first.type('first');
  second.type('second');
  act(() => second.draft().accepted('second'));
  first.close();
  expect(storedTexts()).toEqual(['first']);
});

it('moves to the next tab once its own tab is closed, and not before', async () => {
  const first = openTab();
  first.type('lost and found');
  window.dispatchEvent(new Event('pagehide'));
  newTab();
  const second = openTab();
  await replies();
  expect(second.draft().text).toBe('');
  second.close();
  first.close();
  newTab();
  const third = openTab();
  await vi.waitFor(() => expect(third.draft().text).toBe('lost and found'));
  act(() => third.draft().accepted('lost and found'));
  expect(storedTexts()).toEqual([]);
});

it('does not replace what was typed in the meantime', async () => {
  const first = openTab();
  first.type('old');
  first.close();
  newTab();
  const second = openTab();
  second.type('new');
  await replies();
  expect(second.draft().text).toBe('new');
});

it('becomes a separate copy in a duplicated tab', async () => {
  const first = openTab();
  first.type('twice');
  window.dispatchEvent(new Event('pagehide'));
  const duplicate = openTab();
  await replies();
  expect(duplicate.draft().text).toBe('twice');
  duplicate.type('changed');
  window.dispatchEvent(new Event('pagehide'));
  act(() => duplicate.draft().accepted('changed'));
  expect(storedTexts()).toEqual(['twice']);
  expect(first.draft().text).toBe('twice');
});

it('keeps the text that was typed while the prompt was being sent', () => {
  const tab = openTab();
  tab.type('sent');
  act(() => tab.draft().keep({ key: 'k', fingerprint: 'f' }));
  tab.type('sent, and more');
  act(() => tab.draft().accepted('sent'));
  expect(tab.draft().text).toBe('sent, and more');
  expect(tab.draft().submission()).toBeUndefined();
});

it('keeps the submission whose outcome is unknown across a reload', () => {
  const tab = openTab();
  tab.type('sent');
  act(() => tab.draft().keep({ key: 'k', fingerprint: 'f' }));
  tab.close();
  expect(openTab().draft().submission()).toEqual({ key: 'k', fingerprint: 'f' });
});

it('survives a reload when the storage of the browser is full', () => {
  const setItem = Storage.prototype.setItem;
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, key, value) {
    if (this === localStorage) throw new DOMException('full', 'QuotaExceededError');
    setItem.call(this, key, value);
  });
  const tab = openTab();
  tab.type('no room');
  tab.close();
  expect(openTab().draft().text).toBe('no room');
});

it('works in memory when no storage can be written', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  const tab = openTab();
  tab.type('still here');
  window.dispatchEvent(new Event('pagehide'));
  expect(tab.draft().text).toBe('still here');
  act(() => tab.draft().accepted('still here'));
  expect(tab.draft().text).toBe('');
});
