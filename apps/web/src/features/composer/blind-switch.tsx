'use client';

import { REVEAL_PACES, type RevealPace } from '@aideator/contract/statuses';
import { ChevronDownIcon, EyeIcon, EyeOffIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { cn } from '~/lib/cn.ts';
import { useComparingDefaults } from '~/lib/comparing-defaults.ts';
import { PACE_TEXTS } from '~/lib/pace-text.ts';

interface BlindSwitchProps {
  /** Null: not blind. */
  pace: RevealPace | null;
  onChange: (pace: RevealPace | null) => void;
}

/** Hides which model gives which answer until the verdict, and says when the answers appear. */
export function BlindSwitch({ pace, onChange }: BlindSwitchProps) {
  const [defaults] = useComparingDefaults();
  const isOn = pace !== null;
  const Icon = isOn ? EyeOffIcon : EyeIcon;
  return (
    <div
      className={cn(
        'flex shrink-0 items-center rounded-full',
        isOn && 'bg-muted ring-1 ring-border ring-inset',
      )}
    >
      <Tooltip content={isOn ? 'The names appear with your verdict' : 'Hide the names until your verdict'}>
        <Button
          variant="ghost"
          size="sm"
          aria-pressed={isOn}
          className={cn(
            'rounded-full px-2.5 font-normal touch:min-w-10 max-sm:px-2',
            isOn && 'font-medium text-foreground',
          )}
          onClick={() => onChange(isOn ? null : defaults.pace)}
        >
          <Icon className="size-3.5" />
          <span className="max-sm:sr-only">Blind</span>
        </Button>
      </Tooltip>
      {isOn && <PaceSelect pace={pace} onChange={onChange} />}
    </div>
  );
}

/** On small screens the settings have it. */
function PaceSelect({ pace, onChange }: { pace: RevealPace; onChange: (pace: RevealPace) => void }) {
  return (
    <span className="relative flex items-center border-l max-sm:hidden">
      <select
        aria-label="When the answers appear"
        value={pace}
        onChange={(event) => onChange(REVEAL_PACES.find((each) => each === event.target.value) ?? 'together')}
        className="h-8 touch:h-10 cursor-pointer appearance-none rounded-r-full bg-transparent pr-7 pl-2.5 text-muted-foreground text-xs hover:text-foreground"
      >
        {REVEAL_PACES.map((each) => (
          <option key={each} value={each}>
            {PACE_TEXTS[each]}
          </option>
        ))}
      </select>
      <ChevronDownIcon
        aria-hidden="true"
        className="pointer-events-none absolute right-2.5 size-3 text-muted-foreground"
      />
    </span>
  );
}
