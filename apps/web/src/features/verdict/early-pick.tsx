import { bestOf } from '@aideator/contract/ballots';
import type { PreferenceView } from '@aideator/contract/views';
import { EllipsisIcon, SquareIcon } from 'lucide-react';
import { useEffect, useEffectEvent, useRef } from 'react';
import { Button } from '~/components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '~/components/ui/dropdown-menu.tsx';
import { useEarlyPickRule } from '~/lib/early-pick-rule.ts';
import { formatCost, formatCount, formatDuration } from '~/lib/figures.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import type { Savings } from './savings.ts';
import { useStopRest } from './use-stop-rest.ts';

interface EarlyPickProps {
  preference: PreferenceView | null;
}

/**
 * After a verdict while other answers are still being written: offers to stop them, or stops them if the person wants that
 * always, and tells what it saved.
 */
export function EarlyPick({ preference }: EarlyPickProps) {
  const [rule] = useEarlyPickRule();
  const { running, stop, stopped } = useStopRest(preference ? bestOf(preference) : []);
  useStopAtVerdict(preference, () => rule === 'always' && running > 0 && stop());
  if (!preference) return null;
  if (stopped) return <Stopped {...stopped} />;
  if (running === 0 || rule !== 'ask') return null;
  return (
    <span className="flex shrink-0 items-center">
      <Button variant="outline" size="sm" className="h-7 px-2.5" onClick={stop}>
        <SquareIcon className="size-3 fill-current" />
        Stop <span className="@max-[40rem]/verdict:sr-only">the other</span> {running}
      </Button>
      <RuleMenu onAlways={stop} />
    </span>
  );
}

/** Calls `onVerdict` when the page gives a verdict, not for the verdict with which it was loaded. */
function useStopAtVerdict(preference: PreferenceView | null, onVerdict: () => void): void {
  const seen = useRef(preference?.id);
  const given = useEffectEvent(onVerdict);
  useEffect(() => {
    if (preference?.id === seen.current) return;
    seen.current = preference?.id;
    if (preference) given();
  }, [preference]);
}

function RuleMenu({ onAlways }: { onAlways: () => void }) {
  const [, setRule] = useEarlyPickRule();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={<Button variant="ghost" size="icon-xs" aria-label="After a pick, stop the others …" />}
      >
        <EllipsisIcon />
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="end">
        <DropdownMenuItem
          onClick={() => {
            setRule('always');
            onAlways();
          }}
        >
          Always stop the others after a pick
        </DropdownMenuItem>
        <DropdownMenuItem onClick={() => setRule('never')}>Never offer this</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

interface StoppedProps {
  answers: number;
  savings: Savings | undefined;
}

function Stopped({ answers, savings }: StoppedProps) {
  const { turn } = useTurnScope();
  const text = `Stopped ${answers}${savings ? `, saved about ${savedText(savings)}` : ''}`;
  return (
    <span
      title={`${text}. Estimated from the answers to prompt ${turn.number} that are whole.`}
      className="figures min-w-0 truncate text-muted-foreground"
    >
      {text}
    </span>
  );
}

/** `420 tokens, $0.0012, 8.0 s` */
function savedText({ tokens, costUsd, ms }: Savings): string {
  return [
    `${formatCount(tokens)} tokens`,
    ...(costUsd === undefined ? [] : [formatCost(costUsd.toFixed(9), false)]),
    ...(ms === undefined ? [] : [formatDuration(ms)]),
  ].join(', ');
}
