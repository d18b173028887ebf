'use client';

import { ArrowUpDownIcon, CheckIcon, CopyIcon, RotateCcwIcon, TriangleAlertIcon } from 'lucide-react';
import { useStore } from 'zustand';
import { Button } from '~/components/ui/button.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { cn } from '~/lib/cn.ts';
import { useCopy } from '~/lib/use-copy.ts';
import { useReadingLayout } from '../panel/reading-layout-provider.tsx';
import { useTurnScope } from '../turn/turn-context.tsx';
import { turnMarkdown } from '../turn/turn-markdown.ts';
import { hasFailed } from '../turn/use-response.ts';

/** One failed answer has its own button in its panel. */
const RETRIED_TOGETHER_MIN = 2;

/** What a person can do with all answers of a turn at once. */
export function TurnTools() {
  const { turn } = useTurnScope();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      role="group"
      aria-label={`All answers to prompt ${turn.number}`}
      className="mr-auto flex shrink-0 gap-1"
    >
      <CopyAll />
      <ScrollTogether />
      <RetryFailed />
    </div>
  );
}

function CopyAll() {
  const { turn, store } = useTurnScope();
  const { state, copy } = useCopy();
  const hasText = useStore(store.api, ({ responses }) => responses.some(({ text }) => text !== ''));
  const label = { idle: 'Copy all answers', copied: 'Copied all answers', failed: 'The browser refused' }[
    state
  ];
  return (
    <Tooltip content={state === 'idle' ? 'Copy all answers as Markdown' : label}>
      <Button
        variant="ghost"
        size="icon-xs"
        aria-label={label}
        disabled={!hasText || turn.responses.some(({ isExcerpt }) => isExcerpt)}
        onClick={() => copy(turnMarkdown(turn, store.latest()))}
      >
        {state === 'copied' ? <CheckIcon /> : state === 'failed' ? <TriangleAlertIcon /> : <CopyIcon />}
      </Button>
    </Tooltip>
  );
}

/** Not shown in one column, where there is nothing to scroll together. */
function ScrollTogether() {
  const { layout, change } = useReadingLayout();
  const { together } = layout;
  return (
    <Tooltip content={together ? 'All answers scroll together' : 'Scroll all answers together'}>
      <Button
        variant="ghost"
        size="icon-xs"
        aria-label="Scroll all answers together"
        aria-pressed={together}
        className={cn('hidden @min-[35rem]/tools:inline-flex', together && 'bg-hover text-foreground')}
        onClick={() => change({ together: !together })}
      >
        <ArrowUpDownIcon />
      </Button>
    </Tooltip>
  );
}

function RetryFailed() {
  const { store, actions } = useTurnScope();
  const failed = useStore(store.api, ({ responses }) => responses.filter(hasFailed).length);
  if (failed < RETRIED_TOGETHER_MIN) return null;
  return (
    <Button
      variant="ghost"
      size="sm"
      className="h-7 gap-1.5 px-2"
      disabled={actions.busy.size > 0}
      onClick={actions.retryFailed}
    >
      <RotateCcwIcon className="size-3.5" />
      <span>
        <span className="max-sm:sr-only">Retry </span>
        {failed}
        <span className="max-sm:sr-only"> failed</span>
      </span>
    </Button>
  );
}
