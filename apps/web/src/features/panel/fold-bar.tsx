'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ChevronDownIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { standingOf } from '~/lib/verdict-text.ts';
import { lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useResponse } from '../turn/use-response.ts';
import { SHOWN_WHEN_FOLDED } from './fold.ts';
import { StandingMark } from './standing-mark.tsx';
import { StateChip } from './state-chip.tsx';

interface FoldBarProps {
  /** The panels that are folded away; none while all are shown. */
  folded: readonly ResponseView[];
  onToggle: () => void;
}

/** Unfolds the panels after the fourth, and says how they are doing meanwhile. Not shown in one column. */
export function FoldBar({ folded, onToggle }: FoldBarProps) {
  const isFolded = folded.length > 0;
  return (
    <div className="mt-1.5 hidden h-8 items-center gap-3 @min-[35rem]:flex">
      <Button
        variant="outline"
        size="sm"
        className="h-7 px-2.5"
        aria-expanded={!isFolded}
        data-unfold={isFolded || undefined}
        onClick={onToggle}
      >
        <ChevronDownIcon className={cn('size-3.5 transition-transform', !isFolded && 'rotate-180')} />
        {isFolded ? `Show ${folded.length} more` : `Show only ${SHOWN_WHEN_FOLDED}`}
      </Button>
      {isFolded && (
        <ul className="flex min-w-0 items-center gap-4">
          {folded.map((response) => (
            <FoldedPanel key={response.responseId} response={response} />
          ))}
        </ul>
      )}
    </div>
  );
}

function FoldedPanel({ response }: { response: ResponseView }) {
  const { turn, store, accentOf } = useTurnScope();
  const look = useResponse(store, response.responseId, lookOf);
  return (
    <li style={accentStyle(accentOf(response))} className="flex min-w-0 items-center gap-1.5">
      <StandingMark standing={standingOf(turn.preference, response.responseId)} />
      <span className="truncate font-medium text-xs">{response.modelName}</span>
      <StateChip look={look} />
    </li>
  );
}
