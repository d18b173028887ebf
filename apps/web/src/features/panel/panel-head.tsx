'use client';

import { areNamesHidden } from '@aideator/contract/blind';
import type { ResponseView } from '@aideator/contract/views';
import {
  CopyIcon,
  EllipsisIcon,
  Maximize2Icon,
  Minimize2Icon,
  RotateCcwIcon,
  SquareIcon,
} from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '~/components/ui/dropdown-menu.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { cn } from '~/lib/cn.ts';
import { useCopy } from '~/lib/use-copy.ts';
import type { Standing } from '~/lib/verdict-text.ts';
import { isRunning, lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { responseNow, useResponse } from '../turn/use-response.ts';
import { StandingMark } from './standing-mark.tsx';
import { StateChip } from './state-chip.tsx';

interface PanelHeadProps {
  response: ResponseView;
  standing: Standing | undefined;
  /** Absent where a panel cannot be expanded. */
  expand?: { expanded: boolean; toggle: () => void } | undefined;
}

interface ExpandButtonProps {
  response: ResponseView;
  expanded: boolean;
  toggle: () => void;
}

/** With a longer name, a narrow panel hides the word of the state chip. */
const NAME_CHARS_BESIDE_WORD = 18;

/** The model and the state of its response. Always visible. */
export function PanelHead({ response, standing, expand }: PanelHeadProps) {
  const { turn, store, modelOf } = useTurnScope();
  const look = useResponse(store, response.responseId, lookOf);
  const model = modelOf(response.modelId);
  return (
    <header className="flex h-12 shrink-0 items-center gap-1.5 border-b pr-1 pl-2.5 low:h-9 low:touch:h-11">
      <StandingMark standing={standing} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5 low:flex-nowrap">
        {/* In the one-line head, a provider that does not fit next to the name wraps out of view. */}
        <div className="contents low:flex low:h-4 low:min-w-0 low:flex-1 low:flex-wrap low:gap-x-2 low:overflow-hidden">
          <h3
            title={response.modelName}
            className="min-w-0 max-w-full basis-full truncate font-semibold text-[0.8125rem] leading-4 tracking-[-0.02em] low:basis-auto"
          >
            {/* A new key, so that a revealed name fades in. */}
            <span key={response.modelName} className={cn(turn.blind && REVEALED)}>
              {response.modelName}
            </span>
          </h3>
          <p className="min-w-0 flex-1 truncate text-2xs text-muted-foreground leading-4 low:flex-none">
            {model?.providerName ?? response.modelId}
            {response.namesItself && (
              <span title="The answer names its own model or maker"> · named itself</span>
            )}
          </p>
        </div>
        {/* In a blind turn all responses look alike until their texts are shown. */}
        {!(areNamesHidden(turn) && look === 'starting') && (
          <StateChip look={look} yields={response.modelName.length > NAME_CHARS_BESIDE_WORD} />
        )}
      </div>
      <div className="flex shrink-0">
        {expand && <ExpandButton response={response} {...expand} />}
        {isRunning(look) ? <StopButton response={response} /> : <PanelMenu response={response} />}
      </div>
    </header>
  );
}

const REVEALED = 'fade-in animate-in duration-500 motion-reduce:animate-none';

/** Expands one panel to the full width, and back. Not shown in one column. */
function ExpandButton({ response, expanded, toggle }: ExpandButtonProps) {
  const what = expanded ? 'Back to all answers' : 'Read alone';
  return (
    <Tooltip content={what}>
      <Button
        variant="ghost"
        size="icon-xs"
        aria-label={`${what}: ${response.modelName}`}
        className="hidden @min-[35rem]/answers:inline-flex"
        data-alone-toggle
        onClick={toggle}
      >
        {expanded ? <Minimize2Icon className="size-3.5" /> : <Maximize2Icon className="size-3.5" />}
      </Button>
    </Tooltip>
  );
}

/** Cancels one response. The others continue. */
export function StopButton({ response }: { response: ResponseView }) {
  const { actions } = useTurnScope();
  const cancelling = actions.busy.has(response.responseId);
  return (
    <Tooltip content="Stop this model">
      <Button
        variant="ghost"
        size="icon-xs"
        aria-label={`Stop ${response.modelName}`}
        disabled={cancelling}
        onClick={() => actions.cancel(response.responseId)}
      >
        <SquareIcon className="size-3.5 fill-current" />
      </Button>
    </Tooltip>
  );
}

/** Further actions for a response that has ended. */
export function PanelMenu({ response }: { response: ResponseView }) {
  const { store, actions } = useTurnScope();
  const { copy } = useCopy();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={<Button variant="ghost" size="icon-xs" aria-label={`More for ${response.modelName}`} />}
      >
        <EllipsisIcon />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem
          disabled={response.isExcerpt}
          onClick={() => copy(responseNow(store, response.responseId).text)}
        >
          <CopyIcon />
          Copy as Markdown
        </DropdownMenuItem>
        <DropdownMenuItem onClick={() => actions.retry(response.responseId)}>
          <RotateCcwIcon />
          Answer again
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
