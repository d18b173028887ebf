import type { Model } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import { describe, expect, it } from 'vitest';
import { readLastUsed, resolveSelection, toggle, writeLastUsed } from './selection.ts';

const model = (id: string, key: Model['key'] = 'server'): Model => ({
  id,
  name: id,
  provider: 'p',
  providerName: 'P',
  capabilities: [],
  key,
});
const models = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => model(id)).concat(model('locked', 'needed'));
const none = { models, chosen: undefined, ofSession: undefined, lastUsed: undefined, defaults: [] };

describe('the models to ask', () => {
  it('come from the choice on this page, then the session, then the last used set, then the defaults', () => {
    const sources = { ...none, ofSession: ['b'], lastUsed: ['c'], defaults: ['d'] };
    expect(resolveSelection({ ...sources, chosen: ['a'] })).toEqual(['a']);
    expect(resolveSelection(sources)).toEqual(['b']);
    expect(resolveSelection({ ...sources, ofSession: undefined })).toEqual(['c']);
    expect(resolveSelection({ ...sources, ofSession: undefined, lastUsed: undefined })).toEqual(['d']);
  });

  it('skip a set without callable models', () => {
    expect(resolveSelection({ ...none, ofSession: ['gone', 'locked'], defaults: ['d'] })).toEqual(['d']);
    expect(resolveSelection({ ...none, defaults: ['gone'] })).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are empty when the person removed all of them', () => {
    expect(resolveSelection({ ...none, chosen: [], defaults: ['a'] })).toEqual([]);
  });

  it('find a model again after its key was added or removed', () => {
    const own = `${OWN_KEY_PREFIX}openai/x`;
    expect(resolveSelection({ ...none, models: [model(own, 'own')], ofSession: ['openai/x'] })).toEqual([
      own,
    ]);
    expect(resolveSelection({ ...none, models: [model('openai/x')], ofSession: [own] })).toEqual([
      'openai/x',
    ]);
  });

  it('have no duplicates and never more than six entries', () => {
    expect(resolveSelection({ ...none, chosen: ['a', 'a', 'b'] })).toEqual(['a', 'b']);
    expect(resolveSelection({ ...none, chosen: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })).toHaveLength(6);
  });
});

describe('toggling', () => {
  it('adds at the end and removes without reordering', () => {
    expect(toggle(['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
    expect(toggle(['a', 'b', 'c'], 'b')).toEqual(['a', 'c']);
  });

  it('leaves a full selection unchanged', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(toggle(six, 'g')).toEqual(six);
    expect(toggle(six, 'a')).toHaveLength(5);
  });
});

describe('the last used set', () => {
  it('is kept per person, and junk is ignored', () => {
    const map = new Map<string, string>();
    const box = {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
    };
    writeLastUsed(box, 'usr_a', ['a', 'b']);
    expect(readLastUsed(box, 'usr_a')).toEqual(['a', 'b']);
    expect(readLastUsed(box, 'usr_b')).toBeUndefined();
    map.set('aideator:models:usr_a', '{"0":1}');
    expect(readLastUsed(box, 'usr_a')).toBeUndefined();
  });
});
