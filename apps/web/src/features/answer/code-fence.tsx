'use client';

import { CheckIcon, CodeIcon, CopyIcon, EyeIcon, TriangleAlertIcon } from 'lucide-react';
import {
  type CSSProperties,
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  use,
  useEffect,
  useState,
} from 'react';
import { scrollable } from '~/lib/scrollable.ts';
import { useCopy } from '~/lib/use-copy.ts';
import type { Token } from './code-highlighter.ts';
import { ErrorFallback } from './error-fallback.tsx';
import { previewableOf } from './preview/previewable.ts';

/** Few answers have something to look at, so this comes with the first click. */
const PagePreview = lazy(() => import('./preview/page-preview.tsx'));

interface CodeFenceProps {
  code: string;
  language: string;
  /** The language with all else that stands beside it in the source. */
  info?: string | undefined;
}

/** True in the block at the end of an answer that is still on its way. */
export const IsGrowing = createContext(false);

/** Code that still grows is coloured anew with each line; beyond this size (characters) only once it is whole. */
const GROWING_CODE_MAX = 6_000;

interface Highlighted {
  code: string;
  lines: readonly (readonly Token[])[];
}

function useHighlighted({ code, language }: CodeFenceProps, isGrowing: boolean): Highlighted | undefined {
  const [result, setResult] = useState<Highlighted>();
  // Up to the last line break while it grows: half a line would change its colours with every letter.
  const due = isGrowing ? code.slice(0, code.lastIndexOf('\n') + 1) : code;
  const isDue = language !== '' && due !== '' && !(isGrowing && due.length > GROWING_CODE_MAX);
  useEffect(() => {
    if (!isDue) return;
    let wanted = true;
    import('./code-highlighter.ts')
      .then(({ highlightCode }) => highlightCode(due, language))
      .then(
        (lines) => wanted && lines && setResult({ code: due, lines }),
        // Without colours the code is as good.
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [due, isDue, language]);
  return result && code.startsWith(result.code) ? result : undefined;
}

function tokenStyle(token: Token): CSSProperties {
  const { color, '--shiki-light': light, '--shiki-dark': dark } = token.htmlStyle ?? {};
  return { '--code-light': light ?? color, '--code-dark': dark ?? color } as CSSProperties;
}

function Line({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((token, index) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a line have no other name and no state
      key={index}
      className="text-(--code-light) dark:text-(--code-dark)"
      style={tokenStyle(token)}
    >
      {token.content}
    </span>
  ));
}

function Code({ code, highlighted }: { code: string; highlighted: Highlighted | undefined }) {
  if (!highlighted || highlighted.lines.length === 0) return code;
  const whole = highlighted.code.length === code.length;
  const shown = whole ? highlighted.lines : highlighted.lines.slice(0, -1);
  const plain = whole ? '' : code.split('\n').slice(shown.length).join('\n');
  return (
    <>
      {shown.map((tokens, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is named by its number
        <span key={index}>
          <Line tokens={tokens} />
          {index < shown.length - 1 || !whole ? '\n' : ''}
        </span>
      ))}
      {plain}
    </>
  );
}

function CopyCode({ code }: { code: string }) {
  const { state, copy } = useCopy();
  return (
    <FenceButton label={state === 'copied' ? 'Code copied' : 'Copy code'} onClick={() => copy(code)}>
      {state === 'copied' ? <CheckIcon /> : state === 'failed' ? <TriangleAlertIcon /> : <CopyIcon />}
      {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : 'Copy'}
    </FenceButton>
  );
}

interface FenceButtonProps {
  label: string;
  onClick: () => void;
  children: ReactNode;
}

function FenceButton({ label, onClick, children }: FenceButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className="flex h-6 touch:h-10 items-center gap-1 rounded-md px-1.5 text-2xs text-muted-foreground hover:bg-hover hover:text-foreground [&_svg]:size-3"
    >
      {children}
    </button>
  );
}

/** A block of code with its language, coloured when the highlighter has come. It can be copied, and some can be previewed. */
export function CodeFence({ code, language, info }: CodeFenceProps) {
  const isGrowing = use(IsGrowing);
  const highlighted = useHighlighted({ code, language }, isGrowing);
  const [isOpen, setIsOpen] = useState(false);
  const previewable = isGrowing ? undefined : previewableOf(language, code);
  const name = language === '' ? 'code' : language;
  const written = (
    <pre {...scrollable(`${name} block`)} className="overflow-x-auto p-3 text-[0.8125rem] leading-5">
      <code className="font-mono">
        <Code code={code} highlighted={highlighted} />
      </code>
    </pre>
  );
  return (
    <div className="my-3 overflow-hidden rounded-lg border bg-muted/60" dir="ltr">
      <div className="flex h-8 items-center gap-0.5 border-b pr-1 pl-3 touch:h-10">
        <span className="mr-auto truncate font-mono text-2xs text-muted-foreground">{info ?? name}</span>
        {previewable && (
          <FenceButton label={isOpen ? 'Show the code' : 'Preview'} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? <CodeIcon /> : <EyeIcon />}
            {isOpen ? 'Code' : 'Preview'}
          </FenceButton>
        )}
        <CopyCode code={code} />
      </div>
      {previewable && isOpen ? (
        <ErrorFallback fallback={written}>
          <Suspense fallback={written}>
            <PagePreview code={code} kind={previewable} />
          </Suspense>
        </ErrorFallback>
      ) : (
        written
      )}
    </div>
  );
}
