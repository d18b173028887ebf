import { type Ballot, verdictOf } from '@aideator/contract/ballots';
import { continueWithOf } from '@aideator/contract/continuation';
import { newId } from '@aideator/contract/ids';
import type { AmendPreferenceInput, SetPreferenceInput } from '@aideator/contract/preference-input';
import type { PreferenceView, TurnView } from '@aideator/contract/views';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { complain } from '~/lib/complain.ts';
import { useTRPC } from '~/trpc/client.ts';
import { circumstancesOf } from './circumstances.ts';
import { withPreference } from './session-cache.ts';
import type { TurnStore } from './turn-store.ts';
import { useSessionEntry } from './use-session-entry.ts';

/** What a person adds to the verdict that the page shows. */
type Addition = Omit<AmendPreferenceInput, 'preferenceId'>;

/** What a new ballot keeps of the verdict that it replaces. */
type Kept = Partial<Pick<SetPreferenceInput, 'continueWith' | 'reasons' | 'feedback'>>;

/** A ballot as the page shows it until the server has stored it. */
function expectedView({ preferenceId, ballot, continueWith, ...given }: SetPreferenceInput): PreferenceView {
  return {
    id: preferenceId,
    verdict: verdictOf(ballot),
    ...ballot,
    continueWith: continueWithOf(ballot, continueWith),
    reasons: given.reasons,
    worstReasons: given.worstReasons,
    feedback: given.feedback || null,
    createdAt: new Date(),
    isBlind: false,
    isAfterReveal: false,
  };
}

function amendedView(preference: PreferenceView, added: Addition): PreferenceView {
  const { worst, continueWith, feedback, reasons, worstReasons } = added;
  return {
    ...preference,
    ...(worst !== undefined && { worst }),
    ...(continueWith !== undefined && { continueWith: continueWithOf(preference, continueWith) }),
    ...(reasons && { reasons }),
    ...(worstReasons && { worstReasons }),
    ...(feedback !== undefined && { feedback: feedback || null }),
  };
}

/** Changes the verdict in the cached session at once, and reverts it if the server refuses the change. */
function useShownVerdict(turn: TurnView) {
  const queryClient = useQueryClient();
  const entry = useSessionEntry(turn.sessionId);
  const mutationKey = ['preference', turn.id];
  const change = (preference: PreferenceView | null) =>
    entry.change((detail) => withPreference(detail, turn.id, preference));
  const isNewest = () => queryClient.isMutating({ mutationKey }) === 1;
  return {
    show: async (preference: PreferenceView | null) => {
      await entry.cancelFetches();
      change(preference);
      return { before: turn.preference };
    },
    common: {
      mutationKey,
      // Calls run one after the other: the last click wins on the server too.
      scope: { id: mutationKey.join() },
      networkMode: 'always' as const,
      onError: (
        error: unknown,
        _input: unknown,
        context: { before: PreferenceView | null } | undefined,
      ): void => {
        // A later click shows its own verdict already.
        if (isNewest()) change(context?.before ?? null);
        complain('Your choice was not saved')(error);
      },
      onSettled: (): void => {
        if (isNewest()) void entry.refresh();
      },
    },
  };
}

/** Gives, amends and clears the verdict on a turn. */
export function useVerdict(turn: TurnView, store: TurnStore) {
  const trpc = useTRPC();
  const { show, common } = useShownVerdict(turn);
  const { preference } = turn;
  const set = useMutation({
    ...trpc.preference.set.mutationOptions({
      onMutate: (input) => show(expectedView({ ...DEFAULTS, ...input })),
    }),
    ...common,
  });
  const amend = useMutation({
    ...trpc.preference.amend.mutationOptions({
      onMutate: (added) => show(preference && amendedView(preference, added)),
    }),
    ...common,
  });
  const clear = useMutation({
    ...trpc.preference.clear.mutationOptions({ onMutate: () => show(null) }),
    ...common,
  });
  return {
    give: (ballot: Ballot, kept: Kept = {}) =>
      set.mutate({
        turnId: turn.id,
        preferenceId: newId('preference'),
        ballot,
        ...kept,
        circumstances: circumstancesOf({
          ...store.api.getState(),
          widthPx: window.innerWidth,
          nowMs: Date.now(),
        }),
      }),
    amend: (added: Addition) => preference && amend.mutate({ preferenceId: preference.id, ...added }),
    clear: () => preference && clear.mutate({ turnId: turn.id, preferenceId: preference.id }),
  };
}

const DEFAULTS = { continueWith: null, reasons: [], worstReasons: [], feedback: '' };
