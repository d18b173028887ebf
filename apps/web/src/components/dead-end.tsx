import type { ReactNode } from 'react';
import { cn } from '~/lib/cn.ts';
import { LogoMark } from './logo.tsx';

interface DeadEndProps {
  title: string;
  /** What happened and what to do next. */
  children: ReactNode;
  /** Links and buttons that lead on. */
  actions: ReactNode;
  className?: string;
}

/** The content of a page that cannot show what the person requested. */
export function DeadEnd({ title, children, actions, className }: DeadEndProps) {
  return (
    <div className={cn('grid flex-1 place-items-center px-6 py-16', className)}>
      <div className="max-w-sm text-center">
        <LogoMark className="mx-auto mb-6 size-9" />
        <h1 className="font-semibold text-xl">{title}</h1>
        <p className="mt-2 text-pretty text-muted-foreground text-sm">{children}</p>
        <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div>
      </div>
    </div>
  );
}
