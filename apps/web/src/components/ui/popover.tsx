'use client';

import { Popover as BasePopover } from '@base-ui/react/popover';
import { cn } from '~/lib/cn.ts';
import { POPUP_CLASS } from './popup.ts';

export const Popover = BasePopover.Root;
export const PopoverTrigger = BasePopover.Trigger;
export const PopoverTitle = BasePopover.Title;

type ContentProps = BasePopover.Popup.Props &
  Pick<BasePopover.Positioner.Props, 'side' | 'align' | 'sideOffset'> & { className?: string };

export function PopoverContent({ className, side, align = 'start', sideOffset = 6, ...props }: ContentProps) {
  return (
    <BasePopover.Portal>
      <BasePopover.Positioner side={side} align={align} sideOffset={sideOffset} className="z-50 outline-none">
        <BasePopover.Popup
          className={cn(POPUP_CLASS, 'max-w-[calc(100vw-1rem)] p-3', className)}
          {...props}
        />
      </BasePopover.Positioner>
    </BasePopover.Portal>
  );
}
