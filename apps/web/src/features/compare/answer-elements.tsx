import { type ComponentProps, isValidElement, type ReactNode } from 'react';
import type { Components, ExtraProps } from 'streamdown';
import { cn } from '~/lib/cn.ts';
import { CodeFence } from './code-fence.tsx';
import { scrollable } from './scrollable.ts';

type Props<Tag extends keyof React.JSX.IntrinsicElements> = ComponentProps<Tag> & ExtraProps;

/** All text below a node, as it was written. */
function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  return isValidElement<{ children?: ReactNode }>(node) ? textOf(node.props.children) : '';
}

function Code({ className, children }: Props<'code'>) {
  const language = /language-([^\s]+)/.exec(className ?? '')?.[1] ?? '';
  return <CodeFence code={textOf(children).replace(/\n$/, '')} language={language} />;
}

function InlineCode({ children }: Props<'code'>) {
  return (
    <code className="rounded-sm bg-muted px-1 py-0.5 font-mono text-[0.9em] [overflow-wrap:anywhere]">
      {children}
    </code>
  );
}

/** Headings of an answer stand below the name of its panel, whatever level the model gave them. */
function Heading({ children, node }: Props<'h4'>) {
  return <h4 className={cn('mt-4 mb-1.5 font-semibold', HEADING_SIZES[node?.tagName ?? ''])}>{children}</h4>;
}

const HEADING_SIZES: Readonly<Record<string, string>> = {
  h1: 'text-[1.1em]',
  h2: 'text-[1.05em]',
  h6: 'text-muted-foreground',
};

function Table({ children }: Props<'table'>) {
  return (
    <div {...scrollable('Table')} className="my-3 overflow-x-auto rounded-lg border">
      <table className="w-full border-collapse text-[0.8125rem] leading-5">{children}</table>
    </div>
  );
}

/** Longer text, in characters, gets a column that is wide enough to read it in; the table scrolls then. */
const WIDE_CELL = 24;

function Cell({ children, style }: Props<'td'>) {
  const isLong = textOf(children).length > WIDE_CELL;
  return (
    <td style={style} className={cn('px-2.5 py-1.5 align-top wrap-break-word', isLong && 'min-w-44')}>
      {children}
    </td>
  );
}

/** Pictures are named, never loaded: a model's own are of no site, and an address can carry text away. */
function Picture({ alt }: Props<'img'>) {
  return (
    <span className="rounded-md bg-muted px-1.5 py-0.5 text-muted-foreground text-xs">
      {alt ? `Picture not shown: ${alt}` : 'Picture not shown'}
    </span>
  );
}

/** Elements that load something by themselves and that the sanitizer leaves in. Their children stay. */
export const UNWANTED_ELEMENTS: readonly string[] = ['picture', 'source', 'video', 'audio', 'track'];

/** How an answer's Markdown looks: dense enough for a panel of 270 pixels, the same in a wide column. */
export const ANSWER_ELEMENTS: Components = {
  code: Code,
  inlineCode: InlineCode,
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  table: Table,
  thead: ({ children }: Props<'thead'>) => <thead className="bg-muted">{children}</thead>,
  tbody: ({ children }: Props<'tbody'>) => <tbody className="divide-y">{children}</tbody>,
  tr: ({ children }: Props<'tr'>) => <tr>{children}</tr>,
  th: ({ children, style }: Props<'th'>) => (
    <th style={style} className="whitespace-nowrap px-2.5 py-1.5 text-start font-medium">
      {children}
    </th>
  ),
  td: Cell,
  ul: ({ children }: Props<'ul'>) => (
    <ul className="my-2 list-disc space-y-1 ps-5 marker:text-muted-foreground">{children}</ul>
  ),
  ol: ({ children, start }: Props<'ol'>) => (
    <ol start={start} className="my-2 list-decimal space-y-1 ps-6 marker:text-muted-foreground">
      {children}
    </ol>
  ),
  li: ({ children, className }: Props<'li'>) => (
    // A box to tick stands where the bullet would.
    <li className={cn('ps-0.5', className?.includes('task-list-item') && '-ms-5 list-none', className)}>
      {children}
    </li>
  ),
  p: ({ children }: Props<'p'>) => <p className="my-2">{children}</p>,
  blockquote: ({ children }: Props<'blockquote'>) => (
    <blockquote className="my-3 border-s-2 ps-3 text-muted-foreground">{children}</blockquote>
  ),
  img: Picture,
  hr: () => <hr className="my-4" />,
};
