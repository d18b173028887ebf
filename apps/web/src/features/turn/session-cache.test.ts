import type { PreferenceView, ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';
import { describe, expect, it } from 'vitest';
import { GO_ON_PROMPT } from './go-on.ts';
import {
  accentPosition,
  continuationOf,
  keepOlderTurns,
  lastComparedModels,
  withOlderTurns,
  withPreference,
  withTurn,
  withTurnOver,
} from './session-cache.ts';
import { preferenceFor } from './testing/views.ts';
import { withTexts } from './use-whole-turn.ts';

const response = (modelId: string, position: number, more: Partial<ResponseView> = {}): ResponseView => ({
  responseId: `rsp_${modelId}_${position}`,
  modelId,
  modelName: modelId.toUpperCase(),
  position,
  attempt: 1,
  status: 'completed',
  text: 't',
  reasoning: '',
  ...more,
});

const turn = (number: number, modelIds: string[], more: Partial<TurnView> = {}): TurnView => ({
  id: `trn_${number}`,
  sessionId: 'ses_1',
  number,
  mode: 'compare',
  prompt: 'p',
  createdAt: new Date(0),
  responses: modelIds.map((id, position) => response(id, position)),
  preference: null,
  active: false,
  blind: null,
  ...more,
});

const session = (turns: TurnView[]): SessionDetail => ({
  id: 'ses_1',
  title: 't',
  olderBefore: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  turns,
});

describe('the cached session', () => {
  it('adds a new turn only once', () => {
    const one = withTurn(session([]), turn(1, ['a']));
    const twice = withTurn(one, turn(1, ['a'], { active: true }));
    expect(twice?.turns).toHaveLength(1);
    expect(twice?.turns[0]?.active).toBe(true);
  });

  it('changes one turn’s preference and keeps the identity of the others', () => {
    const before = session([turn(1, ['a']), turn(2, ['a'])]);
    const after = withPreference(before, 'trn_2', preferenceFor('rsp_a_0'));
    expect(after?.turns[0]).toBe(before.turns[0]);
    expect(after?.turns[1]?.preference?.tiers).toEqual([['rsp_a_0']]);
    expect(before.turns[1]?.preference).toBeNull();
  });

  it('ends a turn with the streamed states, and keeps the model names', () => {
    const before = session([turn(1, ['a', 'b'], { active: true })]);
    const { modelId: _, modelName: __, ...state } = response('a', 0, { text: 'whole', status: 'failed' });
    const after = withTurnOver(before, 'trn_1', [state]);
    expect(after?.turns[0]?.active).toBe(false);
    expect(after?.turns[0]?.responses[0]).toMatchObject({ modelName: 'A', text: 'whole', status: 'failed' });
    expect(after?.turns[0]?.responses[1]?.text).toBe('t');
  });

  it('does not change for a turn of another session', () => {
    const before = session([turn(1, ['a'])]);
    expect(withPreference(before, 'trn_9', null)).toBe(before);
    expect(withTurn(undefined, turn(1, ['a']))).toBeUndefined();
  });
});

describe('continuing', () => {
  it('needs a preferred response: a tie has none', () => {
    expect(continuationOf([turn(1, ['a', 'b'])])).toBeUndefined();
    const tie: PreferenceView = { ...preferenceFor('rsp_x'), verdict: 'tie', continueWith: null };
    expect(continuationOf([turn(1, ['a', 'b'], { preference: tie })])).toBeUndefined();
    expect(continuationOf([])).toBeUndefined();
  });

  it('uses the preferred model and its accent, also in later turns', () => {
    const compared = turn(1, ['a', 'b', 'c'], { preference: preferenceFor('rsp_c_2') });
    expect(continuationOf([compared])).toMatchObject({ modelId: 'c', modelName: 'C', position: 2 });
    const continued = turn(2, ['c'], { mode: 'continue' });
    expect(continuationOf([compared, continued])).toMatchObject({
      modelId: 'c',
      modelName: 'C',
      position: 2,
    });
  });

  it('keeps the accent of the chosen one of two responses of the same model', () => {
    const compared = turn(1, ['a', 'b', 'a'], { preference: preferenceFor('rsp_a_2') });
    expect(continuationOf([compared])).toMatchObject({ modelId: 'a', position: 2 });
    const continued = turn(2, ['a'], { mode: 'continue' });
    expect(continuationOf([compared, continued])).toMatchObject({ modelId: 'a', position: 2 });
  });

  it('compares again with the models of the last comparison, in their order', () => {
    const turns = [turn(1, ['a', 'b']), turn(2, ['b', 'c']), turn(3, ['c'], { mode: 'continue' })];
    expect(lastComparedModels(turns)).toEqual(['b', 'c']);
    expect(lastComparedModels([])).toBeUndefined();
    const rest = { ...turn(9, ['c']), prompt: GO_ON_PROMPT };
    expect(lastComparedModels([...turns, rest])).toEqual(['b', 'c']);
  });

  it('falls back to the panel’s own accent for a model that was never compared', () => {
    expect(accentPosition([turn(1, ['a'])], { modelId: 'z', position: 3 })).toBe(3);
  });
});

describe('older turns', () => {
  const page = (turns: TurnView[], olderBefore: number | null) => ({ turns, olderBefore });

  it('are put before the known ones, without repeats', () => {
    const known = { ...session([turn(3, ['a']), turn(4, ['a'])]), olderBefore: 3 };
    const more = withOlderTurns(known, page([turn(2, ['a']), turn(3, ['a'])], 2));
    expect(more?.turns.map(({ number }) => number)).toEqual([2, 3, 4]);
    expect(more?.olderBefore).toBe(2);
  });

  it('stay when the session is loaded again', () => {
    const shown = { ...session([1, 2, 3, 4].map((number) => turn(number, ['a']))), olderBefore: null };
    const loaded = { ...session([3, 4, 5].map((number) => turn(number, ['a']))), olderBefore: 3 };
    const kept = keepOlderTurns(shown, loaded);
    expect(kept.turns.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(kept.olderBefore).toBeNull();
    expect(keepOlderTurns(undefined, loaded)).toBe(loaded);
  });
});

describe('whole answers', () => {
  it('replace excerpts of the same attempt', () => {
    const excerpt = { isExcerpt: true as const, text: 'the beg', attempt: 2 };
    const cut = turn(1, ['a', 'b', 'c']);
    cut.responses = cut.responses.map((view, i) => (i === 1 ? view : { ...view, ...excerpt }));
    const whole = withTexts(cut, [{ attempt: 2, text: 'the beginning', reasoning: 'r' }, undefined]);
    expect(whole.responses.map(({ text, isExcerpt }) => [text, isExcerpt])).toEqual([
      ['the beginning', undefined],
      ['t', undefined],
      ['the beg', true],
    ]);
    expect(withTexts(cut, [{ attempt: 1, text: 'old', reasoning: '' }]).responses[0]?.text).toBe('the beg');
    const plain = turn(1, ['a']);
    expect(withTexts(plain, [])).toBe(plain);
  });
});
