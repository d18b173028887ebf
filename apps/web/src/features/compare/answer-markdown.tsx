'use client';

import { useMemo } from 'react';
import { harden } from 'rehype-harden';
import { defaultRehypePlugins, defaultRemarkPlugins, Streamdown, type StreamdownProps } from 'streamdown';
import { cn } from '~/lib/cn.ts';
import { ANSWER_ELEMENTS, UNWANTED_ELEMENTS } from './answer-elements.tsx';
import styles from './answer-markdown.module.css';
import { LinkQuestion } from './link-question.tsx';
import { hardenedRehypePlugins, plainTildes } from './markdown-policy.ts';

export interface AnswerMarkdownProps {
  text: string;
  /** True while more text comes: half-written Markdown is closed for the eye and a caret is shown. */
  streaming: boolean;
  className?: string | undefined;
  /** `https://host` of this site; the page's own when left out. */
  origin?: string | undefined;
}

/** Where there is no page (a render on the server) nothing is "of this site". */
const NO_ORIGIN = 'https://origin.invalid';

const REMARK_PLUGINS = plainTildes(defaultRemarkPlugins);

const LINK_SAFETY: StreamdownProps['linkSafety'] = {
  enabled: true,
  renderModal: (props) => <LinkQuestion {...props} />,
};

/** A model's answer as Markdown, hardened (see markdown-policy). Load it lazily: it is large. */
export default function AnswerMarkdown({ text, streaming, className, origin }: AnswerMarkdownProps) {
  const site = origin ?? (typeof window === 'undefined' ? NO_ORIGIN : window.location.origin);
  // A new array would make every block parse again.
  const plugins = useMemo(
    () => hardenedRehypePlugins({ defaults: defaultRehypePlugins, harden, origin: site }),
    [site],
  );
  return (
    <Streamdown
      className={cn('space-y-0', styles.answer, streaming && styles.streaming, className)}
      remarkPlugins={REMARK_PLUGINS}
      rehypePlugins={plugins}
      components={ANSWER_ELEMENTS}
      disallowedElements={UNWANTED_ELEMENTS}
      unwrapDisallowed
      linkSafety={LINK_SAFETY}
      parseIncompleteMarkdown={streaming}
      isAnimating={streaming}
      dir="auto"
    >
      {text}
    </Streamdown>
  );
}
