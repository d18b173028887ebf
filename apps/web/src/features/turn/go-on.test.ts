import type { ResponseId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';
import { describe, expect, it } from 'vitest';
import { goOnWith as goOnOf, isCut } from './go-on.ts';
import { preferenceFor, responseView, turnView } from './testing/views.ts';

const cut = (position: number, more = {}) =>
  responseView(position, { status: 'completed', finishReason: 'length', text: 'half', ...more });
const responses = [cut(0), cut(1)];
const goOnWith = (turn: TurnView, responseId: ResponseId) =>
  goOnOf(turn, responseId, (id) => turn.responses.some((each) => each.responseId === id && each.text !== ''));

describe('going on with an answer that was cut', () => {
  it('asks its model alone if nothing was chosen, so that no verdict is needed', () => {
    expect(goOnWith(turnView({ responses }), 'rsp_1')).toEqual({
      mode: 'compare',
      panels: [{ modelId: 'model-1' }],
    });
  });

  it('continues the session if the answer was chosen', () => {
    const turn = turnView({ responses, preference: preferenceFor('rsp_1') });
    expect(goOnWith(turn, 'rsp_1')).toEqual({ mode: 'continue' });
    expect(goOnWith(turnView({ mode: 'continue', responses: [cut(0)] }), 'rsp_0')).toEqual({
      mode: 'continue',
    });
  });

  it('is not offered where the model would see another answer than its own', () => {
    expect(goOnWith(turnView({ responses, preference: preferenceFor('rsp_1') }), 'rsp_0')).toBeUndefined();
    const twins = [cut(0, { modelId: 'twin' }), cut(1, { modelId: 'twin' })];
    expect(goOnWith(turnView({ responses: twins }), 'rsp_0')).toMatchObject({ mode: 'compare' });
    expect(goOnWith(turnView({ responses: twins }), 'rsp_1')).toBeUndefined();
    const firstIsEmpty = [cut(0, { modelId: 'twin', text: '' }), cut(1, { modelId: 'twin' })];
    expect(goOnWith(turnView({ responses: firstIsEmpty }), 'rsp_1')).toMatchObject({ mode: 'compare' });
  });

  it.each([
    ['completed', 'length', true],
    ['completed', 'stop', false],
    ['completed', 'content_filter', false],
    ['cancelled', 'length', false],
  ] as const)('is for answers that ended %s by %s: %s', (status, finishReason, expected) => {
    expect(isCut({ status, finishReason })).toBe(expected);
  });
});
