'use client';

import type { ResponseId } from '@aideator/contract/ids';
import type { ResponseView } from '@aideator/contract/views';
import { CircleAlertIcon, HourglassIcon, RotateCcwIcon, ScissorsIcon } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button, buttonVariants } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { cn } from '~/lib/cn.ts';
import { useNow } from '~/lib/use-now.ts';
import { isCut } from '../turn/go-on.ts';
import {
  endingNote,
  firstWordWait,
  isRunning,
  lookOf,
  runsAheadText,
  secondsUntil,
  troubleOf,
} from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useResponse, useShownText } from '../turn/use-response.ts';
import { AnswerText } from './answer-text.tsx';
import { Citations } from './citations.tsx';
import { GoOnButton } from './go-on-button.tsx';
import { Thinking } from './thinking.tsx';

interface AnswerBodyProps {
  response: ResponseView;
  className?: string;
}

/** A model's answer: its thoughts, its text, and why it ended if it did not just end. */
export function AnswerBody({ response, className }: AnswerBodyProps) {
  const { store } = useTurnScope();
  const { responseId } = response;
  const look = useResponse(store, responseId, lookOf);
  const text = useShownText(store, responseId, 'text');
  return (
    <div className={className}>
      <Thinking responseId={responseId} />
      {text !== '' && <AnswerText text={text} streaming={isRunning(look)} />}
      {response.isExcerpt && <p className="mt-3 text-muted-foreground text-xs">Loading the rest…</p>}
      {text === '' && look === 'starting' && <Starting responseId={responseId} />}
      {look === 'waiting' && <Waiting responseId={responseId} />}
      <Citations responseId={responseId} />
      <Ending response={response} hasText={text !== ''} />
    </div>
  );
}

const SKELETON_WIDTHS = ['88%', '96%', '72%', '84%'];

/** A short wait says nothing but that it is one. */
const SILENT_WAIT_MS = 5_000;

function Starting({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const firstTokenBy = useResponse(store, responseId, (state) => state.firstTokenBy);
  const firstTokenLimitMs = useResponse(store, responseId, (state) => state.firstTokenLimitMs);
  const wait = firstWordWait({ firstTokenBy, firstTokenLimitMs }, useNow(firstTokenBy !== undefined, 1_000));
  return (
    <div className="grid gap-3 pt-1.5">
      {wait && wait.waitedMs >= SILENT_WAIT_MS && (
        <p className="figures text-[0.8125rem] text-muted-foreground">
          Waiting for the first word… {wait.text}
        </p>
      )}
      {SKELETON_WIDTHS.map((width) => (
        <Skeleton key={width} className="h-3" style={{ width }} />
      ))}
    </div>
  );
}

function Waiting({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const runsAhead = useResponse(store, responseId, (state) => state.runsAhead);
  return runsAhead === undefined ? (
    <WaitingForProvider responseId={responseId} />
  ) : (
    <Notice title="Waiting for a free place">{runsAheadText(runsAhead)}</Notice>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-lg border border-warning/40 bg-muted p-3 text-[0.8125rem]">
      <p className="flex items-center gap-2 font-medium">
        <HourglassIcon className="size-4 shrink-0 text-warning" />
        {title}
      </p>
      <p className="figures mt-1 text-muted-foreground">{children}</p>
    </div>
  );
}

function WaitingForProvider({ responseId }: { responseId: ResponseId }) {
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

function Detail({ text }: { text: string }) {
  return <p className="mt-2 font-mono text-2xs text-muted-foreground [overflow-wrap:anywhere]">{text}</p>;
}

/** Why an answer ended: a failure, a stop or a limit. */
function Ending({ response, hasText }: { response: ResponseView; hasText: boolean }) {
  const { store, actions } = useTurnScope();
  const { responseId } = response;
  const status = useResponse(store, responseId, (state) => state.status);
  const error = useResponse(store, responseId, (state) => state.error);
  const finishReason = useResponse(store, responseId, (state) => state.finishReason);
  const outputTokensMax = useResponse(store, responseId, (state) => state.outputTokensMax);
  const trouble = troubleOf({ status, error, text: hasText ? 'some' : '' });
  const note = endingNote({ status, finishReason, outputTokensMax });
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
      <span>{note}.</span>
      {isCut({ status, finishReason }) && <GoOnButton response={response} />}
    </p>
  );
}
