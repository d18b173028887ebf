'use client';

import type { Citation } from '@aideator/contract/citations';
import type { ResponseId } from '@aideator/contract/ids';
import { useState } from 'react';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useResponse } from '../turn/use-response.ts';
import { LinkQuestion } from './link-question.tsx';
import { isWebAddress, sourceName } from './source-name.ts';

/** The sources that the provider named, numbered as the answer refers to them. */
export function Citations({ responseId }: { responseId: ResponseId }) {
  const { store } = useTurnScope();
  const citations = useResponse(store, responseId, (state) => state.citations);
  const [asked, setAsked] = useState<URL>();
  if (!citations?.length) return null;
  return (
    <section aria-label="Sources" className="mt-4 border-t pt-3 text-[0.8125rem]">
      <ol className="grid gap-1">
        {citations.map((citation, index) => (
          <Source key={citation.url} citation={citation} number={index + 1} onAsk={setAsked} />
        ))}
      </ol>
      {asked && <LinkQuestion url={asked} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

interface SourceProps {
  citation: Citation;
  number: number;
  onAsk: (url: URL) => void;
}

function Source({ citation, number, onAsk }: SourceProps) {
  const { title, host } = sourceName(citation);
  return (
    <li className="flex gap-2">
      <span className="figures w-7 shrink-0 text-end text-muted-foreground">[{number}]</span>
      {isWebAddress(citation.url) ? (
        <button
          type="button"
          onClick={() => onAsk(new URL(citation.url))}
          className="min-w-0 rounded-sm text-start text-primary underline underline-offset-2 touch:min-h-10 [overflow-wrap:anywhere]"
        >
          {title}
          {citation.title && <span className="text-muted-foreground no-underline"> · {host}</span>}
        </button>
      ) : (
        <span className="min-w-0 [overflow-wrap:anywhere]">{title}</span>
      )}
    </li>
  );
}
