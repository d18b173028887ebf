'use client';

import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { XIcon } from 'lucide-react';
import { cn } from '~/lib/cn.ts';
import { Button } from './button.tsx';
import { BACKDROP_CLASS, DIALOG_CLASS } from './popup.ts';

export const Dialog = BaseDialog.Root;

type ContentProps = BaseDialog.Popup.Props & { className?: string };

/** Needs a DialogTitle inside. */
export function DialogContent({ className, children, ...props }: ContentProps) {
  return (
    <BaseDialog.Portal>
      <BaseDialog.Backdrop className={BACKDROP_CLASS} />
      <BaseDialog.Popup className={cn(DIALOG_CLASS, className)} {...props}>
        {children}
        <BaseDialog.Close
          render={
            <Button variant="ghost" size="icon-sm" aria-label="Close" className="absolute top-3 right-3" />
          }
        >
          <XIcon />
        </BaseDialog.Close>
      </BaseDialog.Popup>
    </BaseDialog.Portal>
  );
}

export function DialogTitle({ className, ...props }: BaseDialog.Title.Props & { className?: string }) {
  return <BaseDialog.Title className={cn('pr-8 font-semibold text-base', className)} {...props} />;
}

export function DialogDescription({
  className,
  ...props
}: BaseDialog.Description.Props & { className?: string }) {
  return (
    <BaseDialog.Description className={cn('mt-1.5 text-muted-foreground text-sm', className)} {...props} />
  );
}
