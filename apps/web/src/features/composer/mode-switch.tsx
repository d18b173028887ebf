'use client';

import type { TurnMode } from '@aideator/contract/statuses';
import { cn } from '~/lib/cn.ts';

interface ModeSwitchProps {
  mode: TurnMode;
  onChange: (mode: TurnMode) => void;
  modelName: string;
  /** CSS colour of the model that the session continues with. */
  accent: string;
  compareCount: number;
}

/** Chooses between continuing with one model and comparing all of them again. */
export function ModeSwitch({ mode, onChange, modelName, accent, compareCount }: ModeSwitchProps) {
  const option = (value: TurnMode) =>
    cn(
      'flex h-7 touch:h-10 min-w-0 items-center gap-1.5 rounded-full px-2.5 max-sm:px-2 font-medium text-xs transition-colors',
      mode === value
        ? 'bg-card text-foreground shadow-raised ring-1 ring-border'
        : 'text-muted-foreground hover:text-foreground',
    );
  return (
    <fieldset className="flex min-w-0 items-center rounded-full bg-muted p-0.5">
      <legend className="sr-only">Models for the next prompt</legend>
      <button
        type="button"
        aria-pressed={mode === 'continue'}
        className={option('continue')}
        onClick={() => onChange('continue')}
      >
        <span aria-hidden="true" className="size-2 shrink-0 rounded-full" style={{ background: accent }} />
        <span className="truncate">
          {/* Small screens have room for one of the two texts: they show the name while this mode is chosen. */}
          <span className={cn(mode === 'continue' && 'max-sm:sr-only')}>Continue</span>
          <span className="max-sm:sr-only"> with </span>{' '}
          <span className={cn(mode === 'compare' && 'max-sm:sr-only')}>{modelName}</span>
        </span>
      </button>
      <button
        type="button"
        aria-pressed={mode === 'compare'}
        className={cn(option('compare'), 'shrink-0', mode === 'compare' && 'max-sm:gap-0 max-sm:capitalize')}
        onClick={() => onChange('compare')}
      >
        {/* The models and the blind switch stand beside it while this mode is chosen. */}
        <span className={cn(mode === 'compare' && 'max-sm:sr-only')}>Compare</span> all{' '}
        {compareCount > 0 ? compareCount : ''}
      </button>
    </fieldset>
  );
}
