'use client';

import { Component, lazy, type ReactNode, Suspense } from 'react';
import { cn } from '~/lib/cn.ts';
import { loadMarkdown } from './load-markdown.ts';

const AnswerMarkdown = lazy(loadMarkdown);

interface AnswerTextProps {
  text: string;
  streaming: boolean;
  className?: string | undefined;
}

function PlainText({ text, className }: Omit<AnswerTextProps, 'streaming'>) {
  return <div className={cn('whitespace-pre-wrap [overflow-wrap:anywhere]', className)}>{text}</div>;
}

/** An answer that can't be drawn (or a renderer that can't be loaded) is that answer's trouble only: it is shown as plain text. */
class PlainOnError extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

/** A model's answer: plain until the renderer is there, then Markdown. */
export function AnswerText({ text, streaming, className }: AnswerTextProps) {
  const plain = <PlainText text={text} className={className} />;
  return (
    <PlainOnError fallback={plain}>
      <Suspense fallback={plain}>
        <AnswerMarkdown text={text} streaming={streaming} className={className} />
      </Suspense>
    </PlainOnError>
  );
}
