'use client';

import { AlertDialog as BaseAlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { BACKDROP_CLASS, DIALOG_CLASS } from './popup.ts';

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** Names the action: "Delete key", never "OK". */
  confirmLabel: string;
  onConfirm: () => void;
  /** Further buttons that do not close the dialog. */
  children?: ReactNode;
}

/** Asks for confirmation before an action that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <BaseAlertDialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <BaseAlertDialog.Portal>
        <BaseAlertDialog.Backdrop className={BACKDROP_CLASS} />
        <BaseAlertDialog.Popup className={DIALOG_CLASS}>
          <BaseAlertDialog.Title className="font-semibold text-base">{props.title}</BaseAlertDialog.Title>
          <BaseAlertDialog.Description className="mt-1.5 text-muted-foreground text-sm">
            {props.description}
          </BaseAlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            {props.children}
            <BaseAlertDialog.Close render={<Button variant="outline" />}>Cancel</BaseAlertDialog.Close>
            <BaseAlertDialog.Close render={<Button variant="destructive" onClick={props.onConfirm} />}>
              {props.confirmLabel}
            </BaseAlertDialog.Close>
          </div>
        </BaseAlertDialog.Popup>
      </BaseAlertDialog.Portal>
    </BaseAlertDialog.Root>
  );
}
