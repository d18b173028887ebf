import { CircleAlertIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Label } from '~/components/ui/label.tsx';

export function FormHeading({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mb-7">
      <h1 className="font-semibold text-[1.625rem] leading-tight">{title}</h1>
      <p className="mt-2 text-muted-foreground text-sm">{children}</p>
    </div>
  );
}

interface FieldProps {
  id: string;
  label: string;
  optional?: boolean;
  hint?: string;
  error?: string | undefined;
  children: ReactNode;
}

/** A label above an input, its hint and its error below it (`${id}-hint`, `${id}-error`). */
export function Field({ id, label, optional = false, hint, error, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between">
        <Label htmlFor={id}>{label}</Label>
        {optional && <span className="text-muted-foreground text-xs">Optional</span>}
      </div>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-[0.8125rem] text-destructive">
          {error}
        </p>
      )}
      {hint !== undefined && error === undefined && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-muted-foreground">
          {hint}
        </p>
      )}
    </div>
  );
}

/** An error of the whole form. Screen readers announce it when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="empty:absolute">
      {children !== null && (
        <p className="flex gap-2.5 rounded-lg bg-destructive-soft px-3 py-2.5 text-destructive text-sm">
          <CircleAlertIcon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          <span>{children}</span>
        </p>
      )}
    </div>
  );
}
