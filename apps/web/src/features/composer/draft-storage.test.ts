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

function setup(userId = 'usr_a', box = memoryBox()) {
  const clock = { ms: 0 };
  return { box, clock, drafts: createDraftStorage(box, userId, () => clock.ms) };
}

describe('drafts', () => {
  it('come back as they were typed, with the try that was under way', () => {
    const { drafts } = setup();
    const draft = { text: ' a\n😀 "b" ', attempt: { key: 'k', fingerprint: 'f' } };
    drafts.write(NEW_CHAT, draft);
    expect(drafts.read(NEW_CHAT)).toEqual(draft);
  });

  it('are apart for every session', () => {
    const { drafts } = setup();
    drafts.write(NEW_CHAT, { text: 'new' });
    drafts.write('ses_1', { text: 'one' });
    drafts.remove(NEW_CHAT);
    expect(drafts.read(NEW_CHAT)).toBeUndefined();
    expect(drafts.read('ses_1')?.text).toBe('one');
  });

  it('are not seen by another account of the same browser', () => {
    const { box, drafts } = setup('usr_a');
    drafts.write(NEW_CHAT, { text: 'secret' });
    const other = setup('usr_ab', box).drafts;
    expect(other.read(NEW_CHAT)).toBeUndefined();
    other.write(NEW_CHAT, { text: '' });
    expect(drafts.read(NEW_CHAT)?.text).toBe('secret');
  });

  it('vanish when the text is emptied', () => {
    const { box, drafts } = setup();
    drafts.write(NEW_CHAT, { text: 'a' });
    drafts.write(NEW_CHAT, { text: '' });
    expect(box.map.size).toBe(0);
  });

  it('are bounded; the oldest go first', () => {
    const { box, clock, drafts } = setup();
    for (let i = 0; i <= DRAFTS_MAX; i += 1) {
      clock.ms = i;
      drafts.write(`ses_${i}`, { text: 't' });
    }
    expect(box.map.size).toBe(DRAFTS_MAX);
    expect(drafts.read('ses_0')).toBeUndefined();
    expect(drafts.read(`ses_${DRAFTS_MAX}`)?.text).toBe('t');
  });

  it.each(['{', '[]', 'null', '{"text":5}', '{"text":""}'])('ignore junk in the storage: %s', (junk) => {
    const { box, drafts } = setup();
    box.setItem('aideator:draft:usr_a:new', junk);
    expect(drafts.read(NEW_CHAT)).toBeUndefined();
  });

  it('do no harm in a browser whose storage is full or forbidden', () => {
    const no = () => {
      throw new DOMException('no', 'QuotaExceededError');
    };
    const box = { length: 0, key: no, getItem: no, setItem: no, removeItem: no } as unknown as DraftBox;
    const drafts = createDraftStorage(box, 'usr_a', () => 0);
    expect(() => drafts.write(NEW_CHAT, { text: 'a' })).not.toThrow();
    expect(drafts.read(NEW_CHAT)).toBeUndefined();
  });
});
