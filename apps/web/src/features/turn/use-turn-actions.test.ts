// @vitest-environment happy-dom
import { isId } from '@aideator/contract/ids';
import type { PreferenceView, SessionDetail } from '@aideator/contract/views';
import { useQuery } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import { createElement } from 'react';
import { toast } from 'sonner';
import { afterEach, describe, expect, it } from 'vitest';
import { useTRPC } from '~/trpc/client.ts';
import { BallotOutboxProvider, usePendingVerdicts } from './ballot-outbox-context.tsx';
import { apiError, FakeApi } from './testing/fake-api.tsx';
import { preferenceFor, responseView, sessionDetail, turnView } from './testing/views.ts';
import { createTurnStore } from './turn-store.ts';
import { useTurnActions } from './use-turn-actions.ts';

type Turn = SessionDetail['turns'][number];

/** A call whose outcome the test decides. */
function deferredCalls() {
  const waiting: PromiseWithResolvers<unknown>[] = [];
  return {
    waiting,
    handler: () => {
      const call = Promise.withResolvers<unknown>();
      waiting.push(call);
      return call.promise;
    },
  };
}

async function setup(turn: Turn = turnView()) {
  const api = new FakeApi();
  const server = { session: sessionDetail([turn]) };
  api.handlers['session.get'] = async () => server.session;
  const store = createTurnStore(
    { ...turn, submittedAtMs: 0 },
    { now: () => 0, schedule: () => () => undefined },
  );
  let retried = 0;
  const hook = renderHook(
    () => {
      const trpc = useTRPC();
      const session = useQuery({
        ...trpc.session.get.queryOptions({ sessionId: turn.sessionId }),
        initialData: server.session,
        staleTime: Number.POSITIVE_INFINITY,
      });
      const shown = usePendingVerdicts(session.data.turns)[0] ?? turn;
      const onRetried = () => {
        retried += 1;
      };
      return { turn: shown, actions: useTurnActions({ turn: shown, store, onRetried }) };
    },
    {
      wrapper: ({ children }) =>
        createElement(api.Provider, null, createElement(BallotOutboxProvider, { userId: 'usr_1', children })),
    },
  );
  return {
    api,
    server,
    turn: () => hook.result.current.turn,
    preferred: () => hook.result.current.turn.preference?.continueWith ?? null,
    actions: () => hook.result.current.actions,
    retried: () => retried,
  };
}

/** Runs everything that is ready: calls, cache changes and their renders. */
async function settled(): Promise<void> {
  for (let step = 0; step < 4; step += 1) await act(() => new Promise((resolve) => setTimeout(resolve)));
}
const toastTitles = () => toast.getToasts().map((each) => ('title' in each ? each.title : undefined));

afterEach(() => {
  cleanup();
  localStorage.clear();
  for (const { id } of toast.getToasts()) toast.dismiss(id);
});

describe('a verdict', () => {
  it('is shown before the server has stored it, and stays afterwards', async () => {
    const { api, server, actions, preferred } = await setup();
    const { waiting, handler } = deferredCalls();
    api.handlers['preference.set'] = handler;
    act(() => actions().prefer('rsp_1'));
    await settled();
    expect(preferred()).toBe('rsp_1');
    server.session = sessionDetail([turnView({ preference: preferenceFor('rsp_1') })]);
    waiting[0]?.resolve(preferenceFor('rsp_1'));
    await settled();
    expect(preferred()).toBe('rsp_1');
    expect(api.inputs('session.get')).toHaveLength(1);
  });

  it('is sent after the previous one, so that the last click wins on the server too', async () => {
    const { api, server, actions, preferred } = await setup();
    const { waiting, handler } = deferredCalls();
    api.handlers['preference.set'] = handler;
    act(() => actions().prefer('rsp_0'));
    await settled();
    act(() => actions().prefer('rsp_1'));
    await settled();
    expect(preferred()).toBe('rsp_1');
    expect(api.inputs('preference.set')).toHaveLength(1);
    waiting[0]?.resolve(preferenceFor('rsp_0'));
    await settled();
    expect(preferred()).toBe('rsp_1');
    expect(api.inputs('session.get')).toHaveLength(0);
    expect(api.inputs('preference.set').at(-1)).toMatchObject({ ballot: { tiers: [['rsp_1']] } });
    server.session = sessionDetail([turnView({ preference: preferenceFor('rsp_1') })]);
    waiting[1]?.resolve(preferenceFor('rsp_1'));
    await settled();
    expect(preferred()).toBe('rsp_1');
  });

  it('is reverted with a message when the server refuses it', async () => {
    const before = turnView({ preference: preferenceFor('rsp_0') });
    const { api, actions, preferred } = await setup(before);
    api.handlers['preference.set'] = async () => {
      throw apiError('conflict');
    };
    act(() => actions().prefer('rsp_1'));
    await settled();
    expect(preferred()).toBe('rsp_0');
    expect(toastTitles()).toEqual(['Your choice was not saved']);
  });

  it('is not undone by the failure of an earlier one', async () => {
    const { api, actions, preferred } = await setup();
    const { waiting, handler } = deferredCalls();
    api.handlers['preference.set'] = handler;
    act(() => actions().prefer('rsp_0'));
    await settled();
    act(() => actions().prefer('rsp_1'));
    await settled();
    waiting[0]?.reject(apiError('conflict'));
    await settled();
    expect(preferred()).toBe('rsp_1');
  });

  it('is cleared by a second click, and restored when that fails', async () => {
    const { api, actions, preferred } = await setup(turnView({ preference: preferenceFor('rsp_0') }));
    const { waiting, handler } = deferredCalls();
    api.handlers['preference.clear'] = handler;
    act(() => actions().prefer('rsp_0'));
    await settled();
    expect(preferred()).toBeNull();
    waiting[0]?.reject(apiError('conflict'));
    await settled();
    expect(preferred()).toBe('rsp_0');
  });

  it('keeps its ballot when reasons are added', async () => {
    const { api, actions } = await setup(turnView({ preference: preferenceFor('rsp_0') }));
    api.handlers['preference.amend'] = async (input) => input;
    act(() => actions().explain({ reasons: ['clearer'], feedback: '' }));
    await settled();
    expect(api.inputs('preference.amend')).toEqual([
      { preferenceId: 'prf_1', reasons: ['clearer'], feedback: '' },
    ]);
    expect(api.inputs('preference.set')).toEqual([]);
  });

  it('of several equally good responses puts them into the first tier', async () => {
    const { api, actions } = await setup();
    api.handlers['preference.set'] = async (input) => input;
    act(() => actions().judge({ tiers: [['rsp_0', 'rsp_1']], worst: null }));
    await settled();
    expect(api.inputs('preference.set')).toMatchObject([{ ballot: { tiers: [['rsp_0', 'rsp_1']] } }]);
  });

  it('keeps its ballot when the worst is named', async () => {
    const { api, actions } = await setup(turnView({ preference: preferenceFor('rsp_0') }));
    api.handlers['preference.amend'] = async (input) => input;
    act(() => actions().nameWorst('rsp_1'));
    await settled();
    expect(api.inputs('preference.amend')).toEqual([{ preferenceId: 'prf_1', worst: 'rsp_1' }]);
    expect(api.inputs('preference.set')).toEqual([]);
  });

  it.each([
    ['another worst', 'rsp_2'],
    ['no worst', null],
  ] as const)('is a new ballot with %s, and keeps what was said about the best', async (_, worst) => {
    const preference = {
      ...preferenceFor('rsp_0'),
      worst: 'rsp_1',
      reasons: ['clearer'],
      worstReasons: ['too_long'],
      feedback: 'no fluff',
    } satisfies PreferenceView;
    const { api, actions } = await setup(turnView({ preference }));
    api.handlers['preference.set'] = async (input) => input;
    act(() => actions().nameWorst(worst));
    await settled();
    const [sent] = api.inputs('preference.set');
    expect(sent).toMatchObject({
      ballot: { tiers: [['rsp_0']], worst },
      reasons: ['clearer'],
      feedback: 'no fluff',
      worstReasons: [],
    });
  });

  it('has an id of its own, so that a repeated call stores one ballot', async () => {
    const { api, actions } = await setup();
    api.handlers['preference.set'] = async (input) => input;
    act(() => actions().prefer('rsp_0'));
    await settled();
    act(() => actions().prefer('rsp_1'));
    await settled();
    const ids = api.inputs('preference.set').map((input) => (input as { preferenceId: string }).preferenceId);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => isId('preference', id))).toBe(true);
  });
});

describe('Stop', () => {
  it('marks its response as busy until the server replies', async () => {
    const { api, actions } = await setup();
    const { waiting, handler } = deferredCalls();
    api.handlers['response.cancel'] = handler;
    act(() => actions().cancel('rsp_0'));
    await settled();
    expect([...actions().busy]).toEqual(['rsp_0']);
    waiting[0]?.resolve(null);
    await settled();
    expect([...actions().busy]).toEqual([]);
  });

  it('reports a failure, and can be pressed again', async () => {
    const { api, actions } = await setup();
    api.handlers['response.cancel'] = async () => {
      throw apiError('unavailable');
    };
    act(() => actions().cancel('rsp_0'));
    await settled();
    expect([...actions().busy]).toEqual([]);
    expect(toastTitles()).toEqual(['It could not be stopped']);
  });
});

describe('a retry', () => {
  const failed = responseView(0, { status: 'failed', error: { code: 'internal' } });
  const completed = responseView(1, { status: 'completed', text: 'whole' });
  const over = (preference: PreferenceView | null = null) =>
    turnView({ active: false, responses: [failed, completed], preference });
  const again = (position: number, turn: Turn): Turn => ({
    ...turn,
    active: true,
    responses: turn.responses.map((response) =>
      response.position === position ? responseView(position, { attempt: 2 }) : response,
    ),
  });

  it('starts at once if no text would be lost, and shows the turn as active', async () => {
    const { api, actions, turn, retried } = await setup(over());
    api.handlers['response.retry'] = async () => again(0, over());
    act(() => actions().retry('rsp_0'));
    await settled();
    expect(actions().asked).toEqual([]);
    expect(turn().active).toBe(true);
    expect(retried()).toBe(1);
  });

  it('asks before it drops a text, and does nothing when the person keeps it', async () => {
    const { api, actions } = await setup(over());
    act(() => actions().retry('rsp_1'));
    expect(actions().asked).toMatchObject([{ responseId: 'rsp_1' }]);
    act(() => actions().keep());
    await settled();
    expect(actions().asked).toEqual([]);
    expect(api.inputs('response.retry')).toEqual([]);
  });

  it('shows the verdict that the server kept', async () => {
    const { api, actions, turn } = await setup(over(preferenceFor('rsp_1')));
    api.handlers['response.retry'] = async () => again(1, over());
    act(() => actions().replace(['rsp_1']));
    await settled();
    expect(api.inputs('preference.clear')).toEqual([]);
    expect(turn().preference).toBeNull();
  });

  it('of all failed responses starts those without text in order, and asks about the others', async () => {
    const responses = [
      failed,
      completed,
      responseView(2, { status: 'interrupted', text: 'half' }),
      responseView(3, { status: 'failed' }),
      responseView(4, { status: 'running', text: 'more' }),
    ];
    const { api, actions } = await setup(turnView({ responses }));
    const { waiting, handler } = deferredCalls();
    api.handlers['response.retry'] = handler;
    act(() => actions().retryFailed());
    await settled();
    expect(api.inputs('response.retry')).toEqual([{ responseId: 'rsp_0' }]);
    expect([...actions().busy]).toEqual(['rsp_0', 'rsp_3']);
    expect(actions().asked).toMatchObject([{ responseId: 'rsp_2' }]);
    waiting[0]?.resolve(again(0, turnView({ responses })));
    await settled();
    expect(api.inputs('response.retry')).toEqual([{ responseId: 'rsp_0' }, { responseId: 'rsp_3' }]);
    waiting[1]?.reject(apiError('unavailable'));
    await settled();
    expect(toastTitles()).toEqual(['It could not be retried']);
  });

  it('reports a failure, and does not change the response', async () => {
    const { api, actions, turn, retried } = await setup(over());
    api.handlers['response.retry'] = async () => {
      throw apiError('unavailable');
    };
    act(() => actions().retry('rsp_0'));
    await settled();
    expect(turn().responses[0]?.status).toBe('failed');
    expect(retried()).toBe(0);
    expect(toastTitles()).toEqual(['It could not be retried']);
  });
});
