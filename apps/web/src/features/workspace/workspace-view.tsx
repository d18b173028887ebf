'use client';

import { isId, type SessionId, type UserId } from '@aideator/contract/ids';
import type { SessionDetail, TurnView } from '@aideator/contract/views';
import { replaceEqualDeep, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import { Announcer } from '~/components/announcer.tsx';
import { accentOf } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { errorText } from '~/lib/errors.ts';
import { useEscape } from '~/lib/use-escape.ts';
import { useTRPC } from '~/trpc/client.ts';
import { preloadMarkdown } from '../answer/load-markdown.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { NEW_CHAT } from '../composer/draft-storage.ts';
import type { Submitted } from '../composer/use-submit-turn.ts';
import { useModelSelection } from '../model-picker/use-model-selection.ts';
import { usePendingVerdicts } from '../turn/ballot-outbox-context.tsx';
import {
  continuationOf,
  keepOlderTurns,
  lastComparedModels,
  lastRevealPace,
  withTurn,
} from '../turn/session-cache.ts';
import { ExamplePrompts, Invitation, SessionProblem } from './empty-states.tsx';
import { HeldBackNotice } from './held-back-notice.tsx';
import { useGoOn } from './use-go-on.ts';

/** The code that shows answers is loaded while the first prompt is being written. */
const loadConversation = () => import('./conversation.tsx');
const Conversation = dynamic(() => loadConversation().then((module) => module.Conversation));

function preload(): void {
  // A failed preload is repeated, and reported, when the code is needed.
  loadConversation().catch(() => undefined);
  preloadMarkdown();
}

const SESSION_PATH = /^\/s\/([^/]+)$/;
/** Fades the text above the composer out instead of clipping it. */
const FADE = [
  'relative pb-3 md:pb-4 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-2',
  'before:bg-linear-to-t before:from-background before:to-transparent',
];
const NO_TURNS: readonly TurnView[] = [];

interface WorkspaceViewProps {
  userId: UserId;
  sessionId: SessionId | undefined;
}

/**
 * The conversation and the composer. The address decides which session is shown, because a new chat gets its address while
 * it is on screen.
 */
export function WorkspaceView({ userId, sessionId: ofPage }: WorkspaceViewProps) {
  const pathname = usePathname();
  const sessionId = sessionIdOf(pathname, ofPage);
  const trpc = useTRPC();
  const session = useQuery(
    trpc.session.get.queryOptions(sessionId === undefined ? skipToken : { sessionId }, {
      structuralSharing: (shown, loaded) =>
        replaceEqualDeep(shown, keepOlderTurns(shown as SessionDetail | undefined, loaded as SessionDetail)),
    }),
  );
  const turns = usePendingVerdicts(sessionId === undefined ? NO_TURNS : (session.data?.turns ?? NO_TURNS));
  const chatKey = sessionId ?? NEW_CHAT;
  const compared = useMemo(() => lastComparedModels(turns), [turns]);
  const selection = useModelSelection(userId, chatKey, compared);
  const continuation = useMemo(() => continuationOf(turns), [turns]);
  const composer = useRef<ComposerHandle>(null);
  const running = useCancelAll(turns);
  const onSubmitted = useShowSubmitted(sessionId);
  const goOn = useGoOn(sessionId, (result) => void onSubmitted(result));
  const [heldBack, setHeldBack] = useState(false);
  const empty = sessionId === undefined;

  return (
    <Announcer>
      <div className={cn('flex min-h-0 flex-1 flex-col', empty && 'justify-center overflow-y-auto py-8')}>
        {empty ? (
          <Invitation />
        ) : session.isError && !session.data ? (
          <SessionProblem error={session.error} onRetry={() => void session.refetch()} />
        ) : (
          <Conversation
            key={sessionId}
            turns={turns}
            older={session.data && { sessionId: session.data.id, before: session.data.olderBefore }}
            modelOf={selection.modelOf}
            loading={session.isPending}
            onHeldBack={setHeldBack}
            onGoOn={goOn}
          />
        )}
        <div className={cn('w-full shrink-0 px-4 md:px-6', !empty && FADE)}>
          {heldBack && !empty && <HeldBackNotice />}
          <Composer
            ref={composer}
            userId={userId}
            sessionId={sessionId}
            selection={selection}
            lastPace={lastRevealPace(turns)}
            continuation={
              continuation && {
                responseId: continuation.responseId,
                modelId: continuation.modelId,
                modelName: continuation.modelName,
                accent: accentOf(continuation.position),
              }
            }
            running={running}
            onWriting={preload}
            onSubmitted={(result) => void onSubmitted(result)}
          />
        </div>
        {empty && <ExamplePrompts onChoose={(text) => composer.current?.suggest(text)} />}
      </div>
    </Announcer>
  );
}

function sessionIdOf(pathname: string, ofPage: SessionId | undefined): SessionId | undefined {
  if (pathname === '/') return undefined;
  const named = SESSION_PATH.exec(pathname)?.[1];
  return isId('session', named) ? named : ofPage;
}

/** Cancels all running responses. Escape does the same. */
function useCancelAll(turns: readonly TurnView[]) {
  const trpc = useTRPC();
  const active = turns.findLast((turn) => turn.active);
  const cancel = useMutation(
    trpc.turn.cancel.mutationOptions({
      networkMode: 'always',
      onError: (error) => toast.error('It could not be stopped', { description: errorText(error).text }),
    }),
  );
  const cancelAll = () => {
    if (active && !cancel.isPending) cancel.mutate({ turnId: active.id });
  };
  // The first Escape leaves an expanded answer.
  useEscape(active !== undefined, cancelAll, '[data-alone]');
  return active && { cancelAll, cancelling: cancel.isPending };
}

/** Shows the accepted turn under its session's address, without loading the page again. */
function useShowSubmitted(sessionId: SessionId | undefined) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return async ({ session, turn }: Submitted) => {
    preload();
    const queryKey = trpc.session.get.queryKey({ sessionId: session.id });
    // A fetch that began before the submit lacks this turn, and would remove it from the page.
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, (known) =>
      known ? withTurn(known, turn) : { ...session, turns: [turn], olderBefore: null },
    );
    if (session.id === sessionId) return;
    window.history.replaceState(null, '', `/s/${session.id}`);
    document.title = `${session.title} · AIdeator`;
  };
}
