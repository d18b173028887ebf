'use client';

import { RotateCwIcon } from 'lucide-react';
import Link from 'next/link';
import { Button, buttonVariants } from '~/components/ui/button.tsx';
import { errorText } from '~/lib/errors.ts';

const EXAMPLES = [
  'Explain why the sky is blue to a curious ten-year-old',
  'Write a short, polite e-mail that turns down a meeting',
  'Compare SQL and NoSQL for a small shop, as a table',
  'Write a TypeScript function that debounces a callback',
] as const;

export function Invitation() {
  return (
    <h1 className="mb-6 px-4 text-center font-semibold text-2xl tracking-tight sm:text-3xl">
      One prompt, several minds.
    </h1>
  );
}

export function ExamplePrompts({ onChoose }: { onChoose: (text: string) => void }) {
  return (
    <div className="mt-4 px-4 md:px-6">
      <ul aria-label="Examples" className="mx-auto grid w-full max-w-3xl gap-2 sm:grid-cols-2">
        {EXAMPLES.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onChoose(text)}
              className="h-full w-full rounded-xl border px-4 py-2.5 text-left text-[0.8125rem] text-muted-foreground leading-5 transition-colors hover:bg-hover hover:text-foreground"
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function SessionProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, text } = errorText(error);
  return (
    <div role="alert" className="m-auto grid max-w-sm justify-items-center gap-4 p-6 text-center">
      <h1 className="font-semibold text-lg">This chat could not be opened</h1>
      <p className="text-muted-foreground text-sm">{text}</p>
      {code === 'not_found' ? (
        <Link href="/" className={buttonVariants()}>
          Start a new chat
        </Link>
      ) : (
        <Button onClick={onRetry}>
          <RotateCwIcon />
          Try again
        </Button>
      )}
    </div>
  );
}
