'use client';

import { lazy, Suspense } from 'react';
import { cn } from '~/lib/cn.ts';
import { ErrorFallback } from './error-fallback.tsx';
import { loadMarkdown } from './load-markdown.ts';
import { hasLongWord, LONG_WORD_CLASS } from './markdown/long-words.ts';

const AnswerMarkdown = lazy(loadMarkdown);

interface AnswerTextProps {
  text: string;
  streaming: boolean;
  className?: string | undefined;
}

function PlainText({ text, className }: Omit<AnswerTextProps, 'streaming'>) {
  return (
    <div
      className={cn(
        'whitespace-pre-wrap [overflow-wrap:anywhere]',
        hasLongWord(text) && LONG_WORD_CLASS,
        className,
      )}
    >
      {text}
    </div>
  );
}

/** A model's answer: plain until the renderer is there, then Markdown. */
export function AnswerText({ text, streaming, className }: AnswerTextProps) {
  const plain = <PlainText text={text} className={className} />;
  return (
    <ErrorFallback fallback={plain}>
      <Suspense fallback={plain}>
        <AnswerMarkdown text={text} streaming={streaming} className={className} />
      </Suspense>
    </ErrorFallback>
  );
}
