'use client';

import type { TurnView } from '@aideator/contract/views';
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import { useMemo, useRef } from 'react';
import { toast } from 'sonner';
import { cn } from '~/lib/cn.ts';
import { errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { NEW_CHAT } from '../composer/draft-storage.ts';
import type { Submitted } from '../composer/use-submit-turn.ts';
import { useModelSelection } from '../model-picker/use-model-selection.ts';
import { accentOf } from './accents.ts';
import { Announcer } from './announcer.tsx';
import { ExamplePrompts, Invitation, SessionProblem } from './empty-states.tsx';
import { preloadMarkdown } from './load-markdown.ts';
import { continuationOf, lastComparedModels, withTurn } from './session-cache.ts';
import { useEscape } from './use-escape.ts';

/** What shows answers is not needed to write a prompt: it comes while one is written. */
const loadConversation = () => import('./conversation.tsx');
const Conversation = dynamic(() => loadConversation().then((module) => module.Conversation));

function preload(): void {
  // What fails here is asked for again, and reported, when it is needed.
  loadConversation().catch(() => undefined);
  preloadMarkdown();
}

const SESSION_PATH = /^\/s\/([^/]+)$/;
/** What is above the composer fades out behind it instead of being cut. */
const FADE = [
  'relative pb-3 md:pb-4 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-2',
  'before:bg-linear-to-t before:from-background before:to-transparent',
];
const NO_TURNS: readonly TurnView[] = [];

interface WorkspaceViewProps {
  userId: string;
  sessionId: string | undefined;
}

/**
 * The conversation and the composer. Which session it shows follows the address, because a new chat gets its address
 * while it is on screen.
 */
export function WorkspaceView({ userId, sessionId: ofPage }: WorkspaceViewProps) {
  const pathname = usePathname();
  const sessionId = pathname === '/' ? undefined : (SESSION_PATH.exec(pathname)?.[1] ?? ofPage);
  const trpc = useTRPC();
  const session = useQuery(
    trpc.session.get.queryOptions(sessionId === undefined ? skipToken : { sessionId }),
  );
  const turns = sessionId === undefined ? NO_TURNS : (session.data?.turns ?? NO_TURNS);
  const place = sessionId ?? NEW_CHAT;
  const compared = useMemo(() => lastComparedModels(turns), [turns]);
  const selection = useModelSelection(userId, place, compared);
  const continuation = useMemo(() => continuationOf(turns), [turns]);
  const composer = useRef<ComposerHandle>(null);
  const running = useStopAll(turns);
  const onSubmitted = useShowSubmitted(sessionId);
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
            modelOf={selection.modelOf}
            loading={session.isPending}
          />
        )}
        <div className={cn('w-full shrink-0 px-4 md:px-6', !empty && FADE)}>
          <Composer
            ref={composer}
            userId={userId}
            sessionId={sessionId}
            selection={selection}
            continuation={
              continuation && {
                modelId: continuation.modelId,
                modelName: continuation.modelName,
                accent: accentOf(continuation.position),
              }
            }
            running={running}
            onWriting={preload}
            onSubmitted={onSubmitted}
          />
        </div>
        {empty && <ExamplePrompts onChoose={(text) => composer.current?.suggest(text)} />}
      </div>
    </Announcer>
  );
}

/** Stops every model that still answers; Escape does so too. */
function useStopAll(turns: readonly TurnView[]) {
  const trpc = useTRPC();
  const active = turns.findLast((turn) => turn.active);
  const cancel = useMutation(
    trpc.turn.cancel.mutationOptions({
      networkMode: 'always',
      onError: (error) => toast.error('It could not be stopped', { description: errorText(error).text }),
    }),
  );
  const stopAll = () => {
    if (active && !cancel.isPending) cancel.mutate({ turnId: active.id });
  };
  // One answer that is read alone is left first.
  useEscape(active !== undefined, stopAll, '[data-alone]');
  return active && { stopAll, stopping: cancel.isPending };
}

/** Shows the turn that was accepted, under the session's own address, without loading anything again. */
function useShowSubmitted(sessionId: string | undefined) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return ({ session, turn }: Submitted) => {
    preload();
    queryClient.setQueryData(trpc.session.get.queryKey({ sessionId: session.id }), (known) =>
      known ? withTurn(known, turn) : { ...session, turns: [turn] },
    );
    if (session.id === sessionId) return;
    window.history.replaceState(null, '', `/s/${session.id}`);
    document.title = `${session.title} · AIdeator`;
  };
}
