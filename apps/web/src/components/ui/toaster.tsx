'use client';

import { useTheme } from 'next-themes';
import { Toaster as Sonner } from 'sonner';

/** Mounted once, in the shell. Call `toast(…)` of sonner from anywhere. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-center gap-3 font-sans rounded-xl border bg-popover px-4 py-3 text-popover-foreground text-sm shadow-popover',
          title: 'font-medium',
          description: 'text-muted-foreground',
          content: 'min-w-0 flex-1',
          icon: '[&_svg]:size-4 text-muted-foreground',
          error: '[&_[data-icon]]:text-destructive',
          actionButton:
            'h-7 touch:h-10 shrink-0 rounded-md bg-primary px-2.5 font-medium text-primary-foreground text-xs hover:bg-primary/88',
          closeButton: 'order-last text-muted-foreground',
        },
      }}
    />
  );
}
