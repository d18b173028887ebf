import type { Element, Nodes } from 'hast';
import type { Components, ExtraProps } from 'hast-util-to-jsx-runtime';
import { type ComponentProps, type CSSProperties, isValidElement, type ReactNode } from 'react';
import { cn } from '~/lib/cn.ts';
import { scrollable } from '~/lib/scrollable.ts';
import { AnswerLink } from './answer-link.tsx';
import { CodeFence } from './code-fence.tsx';
import { Formula } from './formula.tsx';
import { FORMULA_ELEMENT } from './markdown/formula-syntax.ts';

type Props<Tag extends keyof React.JSX.IntrinsicElements> = ComponentProps<Tag> & ExtraProps;

/** All text below a node, as it was written. */
function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  return isValidElement<{ children?: ReactNode }>(node) ? textOf(node.props.children) : '';
}

function textOfNode(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOfNode).join('') : '';
}

function Code({ node }: Props<'pre'>) {
  const code = node?.children.find((child): child is Element => child.type === 'element');
  if (!code) return null;
  const { className, info } = code.properties;
  const language = Array.isArray(className) ? String(className[0]).replace(/^language-/, '') : '';
  return (
    <CodeFence
      code={textOfNode(code).replace(/\n$/, '')}
      language={language}
      info={typeof info === 'string' ? info : undefined}
    />
  );
}

function InlineCode({ children }: Props<'code'>) {
  return (
    <code className="rounded-sm bg-muted px-1 py-0.5 font-mono text-[0.9em] [overflow-wrap:anywhere]">
      {children}
    </code>
  );
}

/** Headings of an answer stand below the name of its panel, whatever level the model gave them. */
function Heading({ children, node, id, className }: Props<'h4'>) {
  const look = className === 'sr-only' ? className : 'mt-4 mb-1.5 font-semibold';
  return (
    <h4 id={id} className={cn(look, HEADING_SIZES[node?.tagName ?? ''])}>
      {children}
    </h4>
  );
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

/** Width of a digit and of what stands beside the number, in em: numbers of any length stand inside the list. */
const DIGIT_EM = 0.62;
const MARKER_SPACE_EM = 0.95;
const DIGITS_MIN = 1;

function digitsOf(list: Element | undefined, start: number): number {
  const items = list?.children.filter((child): child is Element => child.type === 'element') ?? [];
  const values = items.map(({ properties }) => Number(properties.value ?? 0));
  return String(Math.max(start + items.length - 1, ...values)).length;
}

function OrderedList({ children, start, node }: Props<'ol'>) {
  const digits = Math.max(DIGITS_MIN, digitsOf(node, start ?? 1));
  const style: CSSProperties = {
    paddingInlineStart: `${(MARKER_SPACE_EM + DIGIT_EM * digits).toFixed(2)}em`,
  };
  return (
    <ol
      start={start}
      style={style}
      className="my-2 list-decimal space-y-1 tabular-nums marker:text-muted-foreground"
    >
      {children}
    </ol>
  );
}

function ListItem({ children, className, id, value }: Props<'li'>) {
  return (
    // A box to tick stands where the bullet would.
    <li
      id={id}
      value={value}
      className={cn('ps-0.5', className?.includes('task-list-item') && '-ms-5 list-none', className)}
    >
      {children}
    </li>
  );
}

function Paragraph({ children, className }: Props<'p'>) {
  return <p className={cn('my-2', className === 'verbatim' && 'whitespace-pre-wrap')}>{children}</p>;
}

function Section({ children }: Props<'section'>) {
  return <section className="mt-5 border-t pt-2 text-[0.8125rem] leading-5">{children}</section>;
}

function TaskBox({ checked }: Props<'input'>) {
  return (
    <input type="checkbox" disabled checked={checked} readOnly aria-label={checked ? 'Done' : 'To do'} />
  );
}

/** How an answer's Markdown looks: dense enough for a panel of 270 pixels, the same in a wide column. */
export const ANSWER_ELEMENTS = {
  [FORMULA_ELEMENT]: Formula,
  a: AnswerLink,
  pre: Code,
  code: InlineCode,
  input: TaskBox,
  section: Section,
  details: ({ children, open }: Props<'details'>) => (
    <details open={open} className="my-2 rounded-lg border px-3 py-2">
      {children}
    </details>
  ),
  summary: ({ children }: Props<'summary'>) => (
    <summary className="cursor-pointer font-medium">{children}</summary>
  ),
  kbd: ({ children }: Props<'kbd'>) => (
    <kbd className="rounded-sm border bg-muted px-1 font-mono text-[0.85em]">{children}</kbd>
  ),
  mark: ({ children }: Props<'mark'>) => (
    <mark className="rounded-xs bg-gold-soft px-0.5 text-foreground">{children}</mark>
  ),
  strong: ({ children }: Props<'strong'>) => <strong className="font-semibold">{children}</strong>,
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
  ol: OrderedList,
  li: ListItem,
  p: Paragraph,
  blockquote: ({ children }: Props<'blockquote'>) => (
    <blockquote className="my-3 border-s-2 ps-3 text-muted-foreground">{children}</blockquote>
  ),
  img: Picture,
  hr: () => <hr className="my-4" />,
} as Components;
