import type { PreferenceView, ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';
import { describe, expect, it } from 'vitest';
import {
  accentPosition,
  continuationOf,
  lastComparedModels,
  withPreference,
  withTurn,
  withTurnOver,
} from './session-cache.ts';

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
  ...more,
});

const session = (turns: TurnView[]): SessionDetail => ({
  id: 'ses_1',
  title: 't',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  turns,
});

const prefers = (responseId: string): PreferenceView => ({
  verdict: 'response',
  responseId,
  feedback: null,
  createdAt: new Date(0),
});

describe('the cached session', () => {
  it('takes a new turn once, however often it is told of it', () => {
    const one = withTurn(session([]), turn(1, ['a']));
    const twice = withTurn(one, turn(1, ['a'], { active: true }));
    expect(twice?.turns).toHaveLength(1);
    expect(twice?.turns[0]?.active).toBe(true);
  });

  it('changes one turn’s preference and keeps the identity of the others', () => {
    const before = session([turn(1, ['a']), turn(2, ['a'])]);
    const after = withPreference(before, 'trn_2', prefers('rsp_a_0'));
    expect(after?.turns[0]).toBe(before.turns[0]);
    expect(after?.turns[1]?.preference?.responseId).toBe('rsp_a_0');
    expect(before.turns[1]?.preference).toBeNull();
  });

  it('ends a turn with what the stream showed, and keeps the models’ names', () => {
    const before = session([turn(1, ['a', 'b'], { active: true })]);
    const { modelId: _, modelName: __, ...state } = response('a', 0, { text: 'whole', status: 'failed' });
    const after = withTurnOver(before, 'trn_1', [state]);
    expect(after?.turns[0]?.active).toBe(false);
    expect(after?.turns[0]?.responses[0]).toMatchObject({ modelName: 'A', text: 'whole', status: 'failed' });
    expect(after?.turns[0]?.responses[1]?.text).toBe('t');
  });

  it('is left alone by a turn of another session', () => {
    const before = session([turn(1, ['a'])]);
    expect(withPreference(before, 'trn_9', null)).toBe(before);
    expect(withTurn(undefined, turn(1, ['a']))).toBeUndefined();
  });
});

describe('going on', () => {
  it('needs a preferred response; a tie gives none', () => {
    expect(continuationOf([turn(1, ['a', 'b'])])).toBeUndefined();
    const tie: PreferenceView = { ...prefers('x'), verdict: 'tie', responseId: null };
    expect(continuationOf([turn(1, ['a', 'b'], { preference: tie })])).toBeUndefined();
    expect(continuationOf([])).toBeUndefined();
  });

  it('goes to the preferred model, then stays with it, in its accent', () => {
    const compared = turn(1, ['a', 'b', 'c'], { preference: prefers('rsp_c_2') });
    expect(continuationOf([compared])).toEqual({ modelId: 'c', modelName: 'C', position: 2 });
    const continued = turn(2, ['c'], { mode: 'continue' });
    expect(continuationOf([compared, continued])).toEqual({ modelId: 'c', modelName: 'C', position: 2 });
  });

  it('compares again with the models of the last comparison, in their order', () => {
    const turns = [turn(1, ['a', 'b']), turn(2, ['b', 'c']), turn(3, ['c'], { mode: 'continue' })];
    expect(lastComparedModels(turns)).toEqual(['b', 'c']);
    expect(lastComparedModels([])).toBeUndefined();
  });

  it('falls back to the panel’s own accent for a model that was never compared', () => {
    expect(accentPosition([turn(1, ['a'])], { modelId: 'z', position: 3 })).toBe(3);
  });
});
