import type { ComponentProps } from 'react';
import { cn } from '~/lib/cn.ts';

type LabelProps = ComponentProps<'label'> & { htmlFor: string };

export function Label({ className, htmlFor, children, ...props }: LabelProps) {
  return (
    <label
      htmlFor={htmlFor}
      className={cn('font-medium text-[0.8125rem] text-foreground', className)}
      {...props}
    >
      {children}
    </label>
  );
}
