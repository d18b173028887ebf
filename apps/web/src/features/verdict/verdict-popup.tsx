import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { POPUP_CLASS } from '~/components/ui/popup.ts';
import { cn } from '~/lib/cn.ts';

interface VerdictPopupProps {
  title: string;
  children: ReactNode;
}

/** The popup of a button in the verdict bar, above it. */
export function VerdictPopup({ title, children }: VerdictPopupProps) {
  return (
    <Popover.Portal>
      <Popover.Positioner side="top" align="end" sideOffset={8} collisionPadding={16} className="z-50">
        <Popover.Popup className={cn(POPUP_CLASS, 'w-[min(24rem,calc(100vw-2rem))] p-4')}>
          <Popover.Title className="font-semibold text-sm">{title}</Popover.Title>
          {children}
        </Popover.Popup>
      </Popover.Positioner>
    </Popover.Portal>
  );
}
