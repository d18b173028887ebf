import { type Ballot, bestOf, verdictOf } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import type { PreferenceView, ResponseView, TurnView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useAnnounce } from '~/components/announcer.tsx';
import { complain } from '~/lib/complain.ts';
import { VERDICT_TEXTS } from '~/lib/verdict-text.ts';
import { useTRPC } from '~/trpc/client.ts';
import { withTurn } from './session-cache.ts';
import type { TurnActions } from './turn-context.tsx';
import type { TurnStore } from './turn-store.ts';
import { hasFailed, responseNow } from './use-response.ts';
import { useSessionEntry } from './use-session-entry.ts';
import { useVerdict } from './use-verdict.ts';

function useBusy() {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  return {
    busy,
    mark: (responseId: ResponseId, on: boolean) =>
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
  /** Called when the turn is active again. */
  onRetried: () => void;
}

interface AskingTurnActions extends TurnActions {
  /** The responses whose texts a retry would drop. Not empty while the person is asked to confirm that. */
  asked: readonly ResponseView[];
  /** Retries responses without asking. */
  replace: (responseIds: readonly ResponseId[]) => void;
  keep: () => void;
}

const NONE: readonly ResponseId[] = [];

interface RetryOptions extends TurnActionsOptions {
  mark: (responseId: ResponseId, on: boolean) => void;
}

function useRetry({ turn, store, onRetried, mark }: RetryOptions) {
  const trpc = useTRPC();
  const entry = useSessionEntry(turn.sessionId);
  const [askedIds, setAskedIds] = useState<readonly ResponseId[]>(NONE);
  const { mutate } = useMutation(
    trpc.response.retry.mutationOptions({
      networkMode: 'always',
      // One after the other: a reply that arrives late must not show an earlier state of the turn.
      scope: { id: `retry ${turn.id}` },
      onMutate: ({ responseId }) => mark(responseId, true),
      onSuccess: async (retried) => {
        await entry.cancelFetches();
        entry.change((detail) => withTurn(detail, retried));
        onRetried();
      },
      onError: complain('It could not be retried'),
      onSettled: (_data, _error, { responseId }) => mark(responseId, false),
    }),
  );
  const replace = (responseIds: readonly ResponseId[]) => {
    for (const responseId of responseIds) mutate({ responseId });
  };
  const retryAll = (responseIds: readonly ResponseId[]) => {
    const hasText = (responseId: ResponseId) => responseNow(store, responseId).text !== '';
    replace(responseIds.filter((responseId) => !hasText(responseId)));
    setAskedIds(responseIds.filter(hasText));
  };
  return {
    asked: turn.responses.filter(({ responseId }) => askedIds.includes(responseId)),
    keep: () => setAskedIds(NONE),
    replace,
    retry: (responseId: ResponseId) => retryAll([responseId]),
    retryFailed: () =>
      retryAll(
        store
          .latest()
          .filter(hasFailed)
          .map(({ responseId }) => responseId),
      ),
  };
}

function isOnlyBest({ preference }: TurnView, responseId: ResponseId): boolean {
  return preference?.verdict === 'response' && bestOf(preference).includes(responseId);
}

/** The verdict in words, without a full stop: `Equally good: Alder, Birch`. */
function ballotText(ballot: Ballot, nameOf: (responseId: ResponseId) => string): string {
  const { given, names } = VERDICT_TEXTS[verdictOf(ballot)];
  return names ? `${given} ${bestOf(ballot).map(nameOf).join(', ')}` : given;
}

/** Another worst is a new ballot. What the person said about the best ones stays. */
function keptOf({ continueWith, reasons, feedback }: PreferenceView) {
  return { continueWith, reasons, feedback: feedback ?? '' };
}

/** What a person can do with a turn. */
export function useTurnActions(options: TurnActionsOptions): AskingTurnActions {
  const { turn, store } = options;
  const trpc = useTRPC();
  const announce = useAnnounce();
  const verdict = useVerdict(turn, store);
  const { busy, mark } = useBusy();
  const retrying = useRetry({ ...options, mark });
  const cancel = useMutation(
    trpc.response.cancel.mutationOptions({
      networkMode: 'always',
      onMutate: ({ responseId }) => mark(responseId, true),
      onError: complain('It could not be stopped'),
      onSettled: (_data, _error, { responseId }) => mark(responseId, false),
    }),
  );
  const nameOf = (responseId: ResponseId) =>
    turn.responses.find((response) => response.responseId === responseId)?.modelName ?? 'this answer';
  const clearVerdict = () => {
    verdict.clear();
    announce('Your choice was cleared.');
  };
  return {
    ...retrying,
    busy,
    cancel: (responseId) => cancel.mutate({ responseId }),
    prefer: (responseId) => {
      if (isOnlyBest(turn, responseId)) return clearVerdict();
      verdict.give({ tiers: [[responseId]], worst: null });
      announce(`You prefer ${nameOf(responseId)}. The next prompt continues with it.`);
    },
    judge: (ballot) => {
      verdict.give(ballot);
      announce(`${ballotText(ballot, nameOf)}.`);
    },
    nameWorst: (responseId) => {
      if (!turn.preference) return;
      if (turn.preference.worst === null && responseId !== null) verdict.amend({ worst: responseId });
      else verdict.give({ tiers: turn.preference.tiers, worst: responseId }, keptOf(turn.preference));
      announce(responseId === null ? 'No answer is the worst.' : `The worst is ${nameOf(responseId)}.`);
    },
    continueWith: (responseId) => {
      verdict.amend({ continueWith: responseId });
      announce(`The next prompt continues with ${nameOf(responseId)}.`);
    },
    clearVerdict,
    explain: verdict.amend,
  };
}
