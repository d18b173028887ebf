'use client';

import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { type ClipboardEvent, memo, useId, useMemo, useState } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { cn } from '~/lib/cn.ts';
import { ANSWER_ELEMENTS } from './answer-elements.tsx';
import { AskBeforeLink } from './answer-link.tsx';
import styles from './answer-markdown.module.css';
import { IsGrowing } from './code-fence.tsx';
import { copySource } from './copy-source.ts';
import { ANSWER_ATTRIBUTE } from './jump.ts';
import { KeepSelection } from './keep-selection.tsx';
import { LinkQuestion } from './link-question.tsx';
import { type Block, createBlockParser } from './markdown/parse-blocks.ts';

export interface AnswerMarkdownProps {
  text: string;
  /** True while more text comes: half-written Markdown is closed for the eye and a caret is shown. */
  streaming: boolean;
  className?: string | undefined;
}

/** A block is drawn again only when its identity changes: everything before the end of a growing answer stays. */
const DrawnBlock = memo(function DrawnBlock({ block }: { block: Block }) {
  const content = toJsxRuntime(block.tree, {
    Fragment,
    jsx,
    jsxs,
    components: ANSWER_ELEMENTS,
    passNode: true,
    ignoreInvalidStyle: true,
  });
  return (
    <IsGrowing value={block.isGrowing}>
      <div dir={block.direction} className="contents">
        {content}
      </div>
    </IsGrowing>
  );
});

/** A model's answer as Markdown. Load it lazily: it is large. */
export default function AnswerMarkdown({ text, streaming, className }: AnswerMarkdownProps) {
  const id = useId();
  const [parser] = useState(() => createBlockParser(id));
  const blocks = useMemo(() => parser.parse(text, streaming), [parser, text, streaming]);
  const [asked, setAsked] = useState<URL>();
  const onCopy = (event: ClipboardEvent) => copySource(event.nativeEvent);
  return (
    <AskBeforeLink value={setAsked}>
      <KeepSelection>
        <div
          {...{ [ANSWER_ATTRIBUTE]: '' }}
          onCopy={onCopy}
          className={cn(styles.answer, streaming && styles.streaming, className)}
        >
          {blocks.map((block, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a block is named by its number
            <DrawnBlock key={index} block={block} />
          ))}
        </div>
      </KeepSelection>
      {asked && <LinkQuestion url={asked} onClose={() => setAsked(undefined)} />}
    </AskBeforeLink>
  );
}
