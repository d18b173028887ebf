'use client';

import type { TurnId, UserId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { toast } from 'sonner';
import { complain } from '~/lib/complain.ts';
import { type ErrorText, errorText } from '~/lib/errors.ts';
import { useTRPC, useTRPCClient } from '~/trpc/client.ts';
import { randomKey } from '../composer/random-key.ts';
import { type BallotOp, type PendingOp, withPendingOps } from './ballot-ops.ts';
import { type BallotOutbox, createBallotOutbox, type SendOutcome } from './ballot-outbox.ts';
import { BALLOT_PREFIX, createBallotStorage } from './ballot-storage.ts';
import { withPreference } from './session-cache.ts';

const OutboxContext = createContext<BallotOutbox | null>(null);

/** Failures that pass: the call is kept and sent again. */
const PASSING: ReadonlySet<ErrorText['code']> = new Set([
  'offline',
  'unavailable',
  'unauthorized',
  'rate_limited',
]);

const NONE: readonly PendingOp[] = [];
const NO_STORAGE = {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
};

/** The storage of the browser. On the server, and where the browser refuses it, there is none. */
function browserStorage() {
  try {
    return typeof window === 'undefined' ? NO_STORAGE : window.localStorage;
  } catch {
    return NO_STORAGE;
  }
}

function useSend(queryClient: QueryClient) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const call = ({ kind, input }: BallotOp) => {
    if (kind === 'set') return client.preference.set.mutate(input);
    if (kind === 'amend') return client.preference.amend.mutate(input);
    return client.preference.clear.mutate(input).then(() => null);
  };
  return async (
    op: BallotOp,
    { sessionId, turnId }: PendingOp,
    isLast: () => boolean,
  ): Promise<SendOutcome> => {
    const queryKey = trpc.session.get.queryKey({ sessionId });
    let outcome: SendOutcome = 'stored';
    try {
      const preference = await call(op);
      // A fetch that began earlier would bring the earlier verdict back.
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, (detail) => detail && withPreference(detail, turnId, preference));
    } catch (error) {
      if (PASSING.has(errorText(error).code)) return 'unreachable';
      outcome = 'refused';
      complain('Your choice was not saved')(error);
    }
    if (isLast()) void queryClient.invalidateQueries({ queryKey });
    return outcome;
  };
}

/** Keeps the verdicts of a person until the server has stored them. */
export function BallotOutboxProvider({ userId, children }: { userId: UserId; children: ReactNode }) {
  const send = useSend(useQueryClient());
  const [outbox] = useState(() => {
    const made: BallotOutbox = createBallotOutbox({
      storage: createBallotStorage(browserStorage(), userId, Date.now),
      send: (op, pending) => send(op, pending, () => made.pending().length <= 1),
      onUnreachable: () =>
        toast.warning('Your choice is kept', {
          description: 'The server cannot be reached. It is sent when the connection is back.',
        }),
      now: Date.now,
      random: randomKey,
      schedule: (run, afterMs) => {
        const timer = setTimeout(run, afterMs);
        return () => clearTimeout(timer);
      },
    });
    return made;
  });
  useEffect(() => {
    const flush = () => outbox.flush();
    const onVisible = () => document.visibilityState === 'visible' && outbox.flush();
    const onStorage = ({ key }: StorageEvent) => key?.startsWith(BALLOT_PREFIX) && outbox.reload();
    outbox.flush();
    window.addEventListener('online', flush);
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('storage', onStorage);
    return () => {
      outbox.pause();
      window.removeEventListener('online', flush);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('storage', onStorage);
    };
  }, [outbox]);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

/** Where the page leaves its verdicts. Throws outside of a BallotOutboxProvider. */
export function useBallotOutbox(): BallotOutbox {
  const outbox = use(OutboxContext);
  if (!outbox) throw new Error('no ballot outbox');
  return outbox;
}

/** The turns with the verdicts that the server has yet to store. */
export function usePendingVerdicts(turns: readonly TurnView[]): readonly TurnView[] {
  const outbox = useBallotOutbox();
  const pending = useSyncExternalStore(outbox.subscribe, outbox.pending, () => NONE);
  return useMemo(() => withPendingOps(turns, pending), [turns, pending]);
}

/** True while the verdict on a turn waits for the server to be reachable again. */
export function useIsUnsent(turnId: TurnId): boolean {
  const outbox = useBallotOutbox();
  const isUnsent = () => outbox.isWaiting() && outbox.pending().some((each) => each.turnId === turnId);
  return useSyncExternalStore(outbox.subscribe, isUnsent, () => false);
}
