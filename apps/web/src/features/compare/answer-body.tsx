'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ChevronRightIcon, CircleAlertIcon, HourglassIcon, RotateCcwIcon, ScissorsIcon } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Button, buttonVariants } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { cn } from '~/lib/cn.ts';
import { AnswerText } from './answer-text.tsx';
import { endingNote, isRunning, lookOf, secondsUntil, troubleOf } from './status-text.ts';
import { useTurnScope } from './turn-context.tsx';
import { useNow } from './use-now.ts';
import { useResponse, useShownText } from './use-response.ts';

interface AnswerBodyProps {
  response: ResponseView;
  className?: string;
}

/** What a model said, thought, or why it did not. */
export function AnswerBody({ response, className }: AnswerBodyProps) {
  const { store } = useTurnScope();
  const { responseId } = response;
  const look = useResponse(store, responseId, lookOf);
  const text = useShownText(store, responseId, 'text');
  return (
    <div className={className}>
      <Reasoning responseId={responseId} live={look === 'thinking'} />
      {text !== '' && <AnswerText text={text} streaming={isRunning(look)} />}
      {text === '' && look === 'starting' && <Starting />}
      {look === 'waiting' && <Waiting responseId={responseId} />}
      <Ending response={response} hasText={text !== ''} />
    </div>
  );
}

const SKELETON_WIDTHS = ['88%', '96%', '72%', '84%'];

function Starting() {
  return (
    <div className="grid gap-3 pt-1.5">
      {SKELETON_WIDTHS.map((width) => (
        <Skeleton key={width} className="h-3" style={{ width }} />
      ))}
    </div>
  );
}

function Waiting({ responseId }: { responseId: string }) {
  const { store } = useTurnScope();
  const retryAt = useResponse(store, responseId, (state) => state.retryAt);
  const detail = useResponse(store, responseId, (state) => state.error?.detail);
  const seconds = secondsUntil(retryAt, useNow(true, 250));
  return (
    <div className="rounded-lg border border-warning/40 bg-muted p-3 text-[0.8125rem]">
      <p className="flex items-center gap-2 font-medium">
        <HourglassIcon className="size-4 shrink-0 text-warning" />
        The provider asked to wait
      </p>
      <p className="figures mt-1 text-muted-foreground">
        {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again now.'}
      </p>
      {detail && <Detail text={detail} />}
    </div>
  );
}

/** Thoughts are open while they come and folded once the answer begins, unless the person has decided otherwise. */
function Reasoning({ responseId, live }: { responseId: string; live: boolean }) {
  const { store } = useTurnScope();
  const reasoning = useShownText(store, responseId, 'reasoning');
  const [decided, setDecided] = useState<boolean>();
  if (reasoning === '') return null;
  const open = decided ?? live;
  return (
    <div className="mb-2 text-[0.8125rem]">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setDecided(!open)}
        className="-ml-1 flex items-center gap-1 rounded-md px-1 py-0.5 touch:min-h-10 font-medium text-muted-foreground hover:text-foreground"
      >
        <ChevronRightIcon className={cn('size-3.5 transition-transform', open && 'rotate-90')} />
        {live ? 'Thinking…' : 'Thoughts'}
      </button>
      {open && (
        <p className="mt-1 whitespace-pre-wrap border-l-2 pl-3 text-muted-foreground leading-5 [overflow-wrap:anywhere]">
          {reasoning}
        </p>
      )}
    </div>
  );
}

function Detail({ text }: { text: string }) {
  return <p className="mt-2 font-mono text-2xs text-muted-foreground [overflow-wrap:anywhere]">{text}</p>;
}

/** How an answer ended, when it did not just end. */
function Ending({ response, hasText }: { response: ResponseView; hasText: boolean }) {
  const { store, actions } = useTurnScope();
  const { responseId } = response;
  const status = useResponse(store, responseId, (state) => state.status);
  const error = useResponse(store, responseId, (state) => state.error);
  const finishReason = useResponse(store, responseId, (state) => state.finishReason);
  const trouble = troubleOf({ status, error });
  const note = endingNote({ status, finishReason });
  const retry = (
    <Button
      variant="outline"
      size="sm"
      disabled={actions.busy.has(responseId)}
      onClick={() => actions.retry(responseId)}
    >
      <RotateCcwIcon />
      Retry <span className="sr-only">{response.modelName}</span>
    </Button>
  );
  if (trouble) {
    return (
      <div
        className={cn('rounded-lg border border-destructive/30 bg-destructive-soft p-3', hasText && 'mt-4')}
      >
        <p className="flex gap-2 text-[0.8125rem] leading-5">
          <CircleAlertIcon className="mt-0.5 size-4 shrink-0 text-destructive" />
          {trouble.title}
        </p>
        {trouble.detail && <Detail text={trouble.detail} />}
        <div className="mt-3 flex flex-wrap gap-2">
          {retry}
          {error?.code === 'provider_auth' && (
            <Link href="/settings" className={buttonVariants({ variant: 'ghost', size: 'sm' })}>
              Open settings
            </Link>
          )}
        </div>
      </div>
    );
  }
  if (status === 'cancelled') {
    return (
      <div
        className={cn(
          'flex items-center justify-between gap-3 rounded-lg bg-muted px-3 py-2 text-[0.8125rem]',
          hasText && 'mt-4',
        )}
      >
        {hasText ? 'Stopped. What arrived is kept.' : 'Stopped before it answered.'}
        {retry}
      </div>
    );
  }
  if (!note) return null;
  return (
    <p className="mt-4 flex items-center gap-2 rounded-lg bg-muted px-3 py-2 text-[0.8125rem]">
      <ScissorsIcon className="size-3.5 shrink-0 text-warning" />
      {note}.
    </p>
  );
}
