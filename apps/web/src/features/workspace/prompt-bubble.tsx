'use client';

import { useState } from 'react';
import { cn } from '~/lib/cn.ts';

/** Longer prompts are folded, to leave room for the answers. */
const FOLD_CHARS = 600;
const FOLD_LINES = 8;

export function PromptBubble({ prompt }: { prompt: string }) {
  const long = prompt.length > FOLD_CHARS || prompt.split('\n', FOLD_LINES + 1).length > FOLD_LINES;
  const [open, setOpen] = useState(false);
  return (
    <div className="flex min-w-0 flex-col items-end">
      <h2 className="sr-only">Prompt</h2>
      <div className="max-w-[min(44rem,100%)] rounded-2xl rounded-br-md bg-muted px-4 py-2.5">
        <p
          className={cn(
            'whitespace-pre-wrap text-[0.9375rem] leading-6 [overflow-wrap:anywhere]',
            long && !open && 'line-clamp-4',
          )}
        >
          {prompt}
        </p>
        {long && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="mt-1 rounded-md touch:min-h-10 font-medium text-[0.8125rem] text-muted-foreground hover:text-foreground"
          >
            {open ? 'Show less' : 'Show all'}
          </button>
        )}
      </div>
    </div>
  );
}
