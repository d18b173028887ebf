import type { PreferenceView, ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useAnnounce } from './announcer.tsx';
import { withPreference, withTurn } from './session-cache.ts';
import type { TurnActions } from './turn-context.tsx';
import type { TurnStore } from './turn-store.ts';
import { responseNow } from './use-response.ts';

const complain = (what: string) => (error: unknown) => {
  const { text, detail } = errorText(error);
  toast.error(what, { description: detail ? `${text} ${detail}` : text });
};

/** The session's entry in the cache. */
export function useSessionEntry(sessionId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const queryKey = trpc.session.get.queryKey({ sessionId });
  return {
    change: (update: (detail: SessionDetail | undefined) => SessionDetail | undefined) =>
      queryClient.setQueryData(queryKey, update),
    cancelFetches: () => queryClient.cancelQueries({ queryKey }),
    refresh: () => queryClient.invalidateQueries({ queryKey }),
  };
}

interface VerdictInput {
  verdict: PreferenceView['verdict'];
  responseId?: string;
  feedback?: string;
}

function useVerdict(turn: TurnView) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const entry = useSessionEntry(turn.sessionId);
  // One after the other: the last click wins on the server too.
  const scope = { id: `preference:${turn.id}` };
  const show = async (preference: PreferenceView | null) => {
    await entry.cancelFetches();
    entry.change((detail) => withPreference(detail, turn.id, preference));
    return { before: turn.preference };
  };
  const putBack = (error: unknown, before: PreferenceView | null) => {
    entry.change((detail) => withPreference(detail, turn.id, before));
    complain('Your choice was not saved')(error);
  };
  const mutationKey = ['preference', turn.id];
  const settle = () => {
    if (queryClient.isMutating({ mutationKey }) === 1) void entry.refresh();
  };
  const set = useMutation(
    trpc.preference.set.mutationOptions({
      scope,
      networkMode: 'always',
      onMutate: (input) =>
        show({
          verdict: input.verdict,
          responseId: input.responseId ?? null,
          feedback: input.feedback ?? null,
          createdAt: new Date(),
        }),
      onError: (error, _input, context) => putBack(error, context?.before ?? null),
      onSettled: settle,
    }),
  );
  const clear = useMutation(
    trpc.preference.clear.mutationOptions({
      scope,
      networkMode: 'always',
      onMutate: () => show(null),
      onError: (error, _input, context) => putBack(error, context?.before ?? null),
      onSettled: settle,
    }),
  );
  return {
    set: (input: VerdictInput) => set.mutate({ turnId: turn.id, ...input }),
    clear: () => clear.mutate({ turnId: turn.id }),
  };
}

function useBusy() {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  return {
    busy,
    mark: (responseId: string, on: boolean) =>
      setBusy((before) => {
        const next = new Set(before);
        if (on) next.add(responseId);
        else next.delete(responseId);
        return next;
      }),
  };
}

interface TurnActionsOptions {
  turn: TurnView;
  store: TurnStore;
  /** Told when the turn is active again. */
  onRetried: () => void;
}

interface AskingTurnActions extends TurnActions {
  /** The response whose text a retry would drop, while the person is asked whether it may. */
  asked: ResponseView | undefined;
  /** The answer to that: retries it, whatever it has. */
  replace: (responseId: string) => void;
  keep: () => void;
}

interface RetryOptions extends TurnActionsOptions {
  mark: (responseId: string, on: boolean) => void;
  clearVerdict: () => void;
}

function useRetry({ turn, store, onRetried, mark, clearVerdict }: RetryOptions) {
  const trpc = useTRPC();
  const entry = useSessionEntry(turn.sessionId);
  const [askedId, setAskedId] = useState<string>();
  const { mutate } = useMutation(
    trpc.response.retry.mutationOptions({
      networkMode: 'always',
      onMutate: ({ responseId }) => mark(responseId, true),
      onSuccess: async (retried, { responseId }) => {
        await entry.cancelFetches();
        entry.change((detail) => withTurn(detail, retried));
        onRetried();
        // It was said of a text that is gone.
        if (retried.preference?.responseId === responseId) clearVerdict();
      },
      onError: complain('It could not be retried'),
      onSettled: (_data, _error, { responseId }) => mark(responseId, false),
    }),
  );
  return {
    asked: turn.responses.find((response) => response.responseId === askedId),
    keep: () => setAskedId(undefined),
    replace: (responseId: string) => mutate({ responseId }),
    retry: (responseId: string) => {
      if (responseNow(store, responseId).text === '') mutate({ responseId });
      else setAskedId(responseId);
    },
  };
}

/** What a person can do with a turn. */
export function useTurnActions(options: TurnActionsOptions): AskingTurnActions {
  const { turn } = options;
  const trpc = useTRPC();
  const announce = useAnnounce();
  const verdict = useVerdict(turn);
  const { busy, mark } = useBusy();
  const retrying = useRetry({ ...options, mark, clearVerdict: verdict.clear });
  const stop = useMutation(
    trpc.response.cancel.mutationOptions({
      networkMode: 'always',
      onMutate: ({ responseId }) => mark(responseId, true),
      onError: complain('It could not be stopped'),
      onSettled: (_data, _error, { responseId }) => mark(responseId, false),
    }),
  );
  const nameOf = (responseId: string) =>
    turn.responses.find((response) => response.responseId === responseId)?.modelName ?? 'this answer';
  const clearVerdict = () => {
    verdict.clear();
    announce('Your choice was taken back.');
  };
  return {
    ...retrying,
    busy,
    stop: (responseId) => stop.mutate({ responseId }),
    prefer: (responseId) => {
      if (turn.preference?.responseId === responseId) return clearVerdict();
      verdict.set({ verdict: 'response', responseId });
      announce(`You prefer ${nameOf(responseId)}. The next prompt goes on with it.`);
    },
    setVerdict: (chosen) => {
      verdict.set({ verdict: chosen });
      announce(chosen === 'tie' ? 'You called it a tie.' : 'You chose none of them.');
    },
    clearVerdict,
    explain: (feedback) => {
      const { preference } = turn;
      if (!preference) return;
      const of = preference.responseId === null ? {} : { responseId: preference.responseId };
      verdict.set({ verdict: preference.verdict, ...of, feedback });
    },
  };
}
