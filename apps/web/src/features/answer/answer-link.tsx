'use client';

import { createContext, type MouseEvent, type ReactNode, use } from 'react';
import { jumpTo } from './jump.ts';
import { linkTarget } from './markdown/link-target.ts';

/** Asks before an address is opened; one question serves all links of an answer. */
export const AskBeforeLink = createContext<(url: URL) => void>(() => undefined);

interface AnswerLinkProps {
  href?: string | undefined;
  title?: string | undefined;
  id?: string | undefined;
  'aria-label'?: string | undefined;
  'aria-describedby'?: string | undefined;
  children?: ReactNode;
}

/** A link of an answer: a jump within the answer, a question before another site, or plain text. */
export function AnswerLink({ href, title, children, ...props }: AnswerLinkProps) {
  const ask = use(AskBeforeLink);
  const target = linkTarget(href);
  if (!target) {
    return (
      <span title={href} className="underline decoration-dotted">
        {children}
      </span>
    );
  }
  const className = 'wrap-anywhere text-left font-medium text-primary underline';
  if (target.kind === 'place') {
    const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
      event.preventDefault();
      jumpTo(target.id, event.currentTarget);
    };
    return (
      <a {...props} href={href} title={title} onClick={onClick} className={className}>
        {children}
      </a>
    );
  }
  return (
    <button type="button" title={title} onClick={() => ask(target.url)} className={className}>
      {children}
    </button>
  );
}
