import type { UserId } from '@aideator/contract/ids';
import { describe, expect, it } from 'vitest';
import { createDraftStorage, DRAFTS_MAX, type DraftBox, NEW_CHAT } from './draft-storage.ts';

function memoryBox(): DraftBox & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

const refuse = () => {
  throw new DOMException('no', 'QuotaExceededError');
};

function setup(userId: UserId = 'usr_a', browser: DraftBox & { map: Map<string, string> } = memoryBox()) {
  const clock = { ms: 0 };
  const tab = memoryBox();
  return { browser, tab, clock, drafts: createDraftStorage({ browser, tab }, userId, () => clock.ms) };
}

describe('drafts', () => {
  it('come back as they were typed, with the submission whose outcome is unknown', () => {
    const { drafts } = setup();
    const draft = { id: 'd1', text: ' a\n😀 "b" ', submission: { key: 'k', fingerprint: 'f' } };
    drafts.write(NEW_CHAT, draft);
    expect(drafts.read(NEW_CHAT, 'd1')).toEqual(draft);
  });

  it('are separate for every session and every tab', () => {
    const { drafts } = setup();
    drafts.write(NEW_CHAT, { id: 'd1', text: 'one' });
    drafts.write(NEW_CHAT, { id: 'd2', text: 'two' });
    drafts.write('ses_1', { id: 'd1', text: 'three' });
    drafts.write(NEW_CHAT, { id: 'd1', text: '' });
    expect(drafts.read(NEW_CHAT, 'd1')).toBeUndefined();
    expect(drafts.read(NEW_CHAT, 'd2')?.text).toBe('two');
    expect(drafts.read('ses_1', 'd1')?.text).toBe('three');
  });

  it('are listed by chat, newest first', () => {
    const { drafts, clock } = setup();
    for (const [ms, id] of ['a', 'b', 'c'].entries()) {
      clock.ms = ms;
      drafts.write(NEW_CHAT, { id, text: id });
    }
    drafts.write('ses_1', { id: 'd', text: 'd' });
    expect(drafts.list(NEW_CHAT).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('are not seen by another account of the same browser', () => {
    const { browser, drafts } = setup('usr_a');
    drafts.write(NEW_CHAT, { id: 'd1', text: 'secret' });
    const other = setup('usr_ab', browser).drafts;
    expect(other.read(NEW_CHAT, 'd1')).toBeUndefined();
    expect(other.list(NEW_CHAT)).toEqual([]);
    other.write(NEW_CHAT, { id: 'd1', text: '' });
    expect(drafts.read(NEW_CHAT, 'd1')?.text).toBe('secret');
  });

  it('vanish when the text is emptied', () => {
    const { browser, drafts } = setup();
    drafts.write(NEW_CHAT, { id: 'd1', text: 'a' });
    drafts.write(NEW_CHAT, { id: 'd1', text: '' });
    expect(browser.map.size).toBe(0);
  });

  it('are bounded: the oldest are dropped first', () => {
    const { browser, clock, drafts } = setup();
    for (let i = 0; i <= DRAFTS_MAX; i += 1) {
      clock.ms = i;
      drafts.write(`ses_${i}`, { id: 'd', text: 't' });
    }
    expect(browser.map.size).toBe(DRAFTS_MAX);
    expect(drafts.read('ses_0', 'd')).toBeUndefined();
    expect(drafts.read(`ses_${DRAFTS_MAX}`, 'd')?.text).toBe('t');
  });

  it.each(['{', '[]', 'null', '{"text":5}', '{"text":""}'])('ignore junk in the storage: %s', (junk) => {
    const { browser, drafts } = setup();
    browser.setItem('aideator:draft:usr_a:new:d1', junk);
    expect(drafts.read(NEW_CHAT, 'd1')).toBeUndefined();
    expect(drafts.list(NEW_CHAT)).toEqual([]);
  });

  it('are kept in sessionStorage when localStorage is full', () => {
    const browser = Object.assign(memoryBox(), { setItem: refuse });
    const { drafts, tab } = setup('usr_a', browser);
    drafts.write(NEW_CHAT, { id: 'd1', text: 'a' });
    expect(tab.map.size).toBe(1);
    expect(drafts.read(NEW_CHAT, 'd1')?.text).toBe('a');
    drafts.write(NEW_CHAT, { id: 'd1', text: '' });
    expect(tab.map.size).toBe(0);
  });

  it('cause no error in a browser that forbids storage', () => {
    const box = {
      length: 1,
      key: refuse,
      getItem: refuse,
      setItem: refuse,
      removeItem: refuse,
    } as unknown as DraftBox;
    const drafts = createDraftStorage({ browser: box, tab: box }, 'usr_a', () => 0);
    expect(() => drafts.write(NEW_CHAT, { id: 'd1', text: 'a' })).not.toThrow();
    expect(() => drafts.setTabDraftId(NEW_CHAT, 'd1')).not.toThrow();
    expect(drafts.read(NEW_CHAT, 'd1')).toBeUndefined();
    expect(drafts.list(NEW_CHAT)).toEqual([]);
    expect(drafts.tabDraftId(NEW_CHAT)).toBeUndefined();
  });
});
