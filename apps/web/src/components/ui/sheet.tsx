'use client';

import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { cn } from '~/lib/cn.ts';
import { BACKDROP_CLASS } from './popup.ts';

export const Sheet = BaseDialog.Root;

type ContentProps = BaseDialog.Popup.Props & { className?: string; title: string };

/** A panel that slides in from the left edge. `title` is for screen readers. */
export function SheetContent({ className, children, title, ...props }: ContentProps) {
  return (
    <BaseDialog.Portal>
      <BaseDialog.Backdrop className={BACKDROP_CLASS} />
      <BaseDialog.Popup
        className={cn(
          'fixed inset-y-0 left-0 z-50 flex w-[min(19rem,85vw)] flex-col border-r bg-sidebar outline-none',
          'transition-transform duration-200 ease-out',
          'data-starting-style:-translate-x-full data-ending-style:-translate-x-full',
          className,
        )}
        {...props}
      >
        <BaseDialog.Title className="sr-only">{title}</BaseDialog.Title>
        {children}
      </BaseDialog.Popup>
    </BaseDialog.Portal>
  );
}
