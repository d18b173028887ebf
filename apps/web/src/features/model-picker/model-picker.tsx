'use client';

import { Popover } from '@base-ui/react/popover';
import { ChevronDownIcon, SlidersHorizontalIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { POPUP_CLASS } from '~/components/ui/popup.ts';
import { accentOf } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { shortNames } from '~/lib/short-names.ts';
import { ModelList } from './model-list.tsx';
import type { ModelSelection } from './use-model-selection.ts';

interface ModelPickerProps {
  selection: ModelSelection;
  /** Shows dots without names, to leave room for the mode switch. */
  compact: boolean;
}

/** With more models than this, dots and a number replace the names. */
const NAMES_SHOWN_MAX = 4;

/** Shows the chosen models and opens the list of all models. */
export function ModelPicker({ selection, compact: asked }: ModelPickerProps) {
  const { selected } = selection;
  const compact = asked || selected.length > NAMES_SHOWN_MAX;
  const names = shortNames(selected.map((model) => model.name));
  const count = selected.length === 1 ? '1 model' : `${selected.length} models`;
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button
            variant="ghost"
            size="sm"
            className="min-w-0 shrink rounded-full px-2.5 font-normal max-sm:px-2"
          />
        }
      >
        <span className="sr-only">Choose models, now:</span>
        {selected.length === 0 && <SlidersHorizontalIcon />}
        {selected.length === 0 && (selection.loading ? 'Loading models…' : 'Choose models')}
        {selected.length > 0 && (
          <>
            <span className={cn('flex gap-1', compact ? asked && 'max-sm:hidden' : 'sm:hidden')}>
              {selected.map((model, position) => (
                <span
                  key={model.id}
                  className="size-2 rounded-full"
                  style={{ background: accentOf(position) }}
                />
              ))}
            </span>
            <span className={cn('shrink-0', !compact && 'sm:hidden')}>{count}</span>
            {!compact && (
              <span className="hidden min-w-0 items-center gap-3 sm:flex">
                {selected.map((model, position) => (
                  <span key={model.id} className="flex min-w-0 items-center gap-1.5 text-foreground">
                    <span
                      className="size-2 shrink-0 rounded-full"
                      style={{ background: accentOf(position) }}
                    />
                    <span className="max-w-36 truncate">{names[position]}</span>
                  </span>
                ))}
              </span>
            )}
          </>
        )}
        <ChevronDownIcon className="size-3.5" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          collisionAvoidance={{ side: 'flip', align: 'shift', fallbackAxisSide: 'none' }}
          className="z-50 outline-none"
        >
          <Popover.Popup
            className={cn(
              POPUP_CLASS,
              'flex max-h-[min(34rem,var(--available-height))] w-[min(34rem,calc(100vw-1rem))] flex-col',
            )}
          >
            <ModelList selection={selection} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
