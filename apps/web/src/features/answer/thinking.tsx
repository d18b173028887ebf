'use client';

import type { ResponseId } from '@aideator/contract/ids';
import { ChevronRightIcon } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { cn } from '~/lib/cn.ts';
import { formatDuration } from '~/lib/figures.ts';
import { useNow } from '~/lib/use-now.ts';
import { thinkingTokensText } from '../turn/response-figures.ts';
import { lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useMilestones, useResponse, useShownText } from '../turn/use-response.ts';
import { KeepSelection } from './keep-selection.tsx';
import { hasLongWord, LONG_WORD_CLASS } from './markdown/long-words.ts';

const TICK_MS = 200;

/** A model's thoughts, folded until the person opens them. Their head says how long they took and how many tokens. */
export function Thinking({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const thinks = useResponse(store, responseId, (state) => state.reasoning !== '');
  const live = useResponse(store, responseId, (state) => lookOf(state) === 'thinking');
  const [open, setOpen] = useState(false);
  if (!thinks) return null;
  return (
    <div className="mb-2 text-[0.8125rem]" data-thinking={live ? 'live' : 'over'}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex items-center gap-1 rounded-md px-1 py-0.5 touch:min-h-10 font-medium text-muted-foreground hover:text-foreground"
      >
        <ChevronRightIcon className={cn('size-3.5 transition-transform', open && 'rotate-90')} />
        {live ? 'Thinking…' : 'Thoughts'}
        <Figures responseId={responseId} live={live} />
      </button>
      {open && (
        <>
          <Moments responseId={responseId} />
          <Thoughts responseId={responseId} />
        </>
      )}
    </div>
  );
}

/** When the thoughts and the answer began, as far as that has happened and was measured. */
function Moments({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const { firstThoughtMs, firstWordMs } = useMilestones(store, responseId);
  const moments = [
    firstThoughtMs === undefined ? '' : `First thought after ${formatDuration(firstThoughtMs)}`,
    firstWordMs === undefined ? '' : `first word after ${formatDuration(firstWordMs)}`,
  ].filter((moment) => moment !== '');
  if (moments.length === 0) return null;
  return <p className="figures mt-0.5 text-2xs text-muted-foreground">{moments.join(' · ')}</p>;
}

/** The time that the thoughts took, or take so far, and their tokens once the usage is known. */
function Figures({ responseId, live }: { responseId: ResponseId; live: boolean }) {
  const { store } = useTurnScope();
  const { firstThoughtMs, thinkingMs } = useMilestones(store, responseId);
  const clock = useStore(store.api, (state) => state.clocks[responseId]);
  const tokens = useResponse(store, responseId, thinkingTokensText);
  const nowMs = useNow(live, TICK_MS);
  const soFarMs = live && clock ? nowMs - clock.startedAtMs - (firstThoughtMs ?? 0) : undefined;
  const tookMs = thinkingMs ?? soFarMs;
  const figures = [
    tookMs === undefined ? '' : formatDuration(tookMs),
    tokens === '' ? '' : `${tokens} tokens`,
  ].filter((figure) => figure !== '');
  return (
    <span className="figures font-normal" suppressHydrationWarning>
      {figures.join(' · ')}
    </span>
  );
}

function Thoughts({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const reasoning = useShownText(store, responseId, 'reasoning');
  return (
    <KeepSelection>
      <p
        className={cn(
          'mt-1 whitespace-pre-wrap border-l-2 pl-3 text-muted-foreground leading-5 [overflow-wrap:anywhere]',
          hasLongWord(reasoning) && LONG_WORD_CLASS,
        )}
      >
        {reasoning}
      </p>
    </KeepSelection>
  );
}
