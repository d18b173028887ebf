'use client';

import type { ResponseView } from '@aideator/contract/views';
import { CheckIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '~/components/ui/badge.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { AnswerBody } from '../answer/answer-body.tsx';
import { isLocalModel } from '../turn/response-figures.ts';
import { isRunning, lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useResponse } from '../turn/use-response.ts';
import { MetricsRow } from './metrics-row.tsx';
import { CopyButton } from './panel-foot.tsx';
import { PanelMenu, StopButton } from './panel-head.tsx';
import { StateChip } from './state-chip.tsx';

interface ReadingAnswerProps {
  response: ResponseView;
  preferred: boolean;
  /** Shown next to the figures. */
  children?: ReactNode;
}

/** One answer at a comfortable reading width: the one that the conversation continues with. */
export function ReadingAnswer({ response, preferred, children }: ReadingAnswerProps) {
  const { turn, store, modelOf, accentOf } = useTurnScope();
  const { responseId } = response;
  const look = useResponse(store, responseId, lookOf);
  const model = modelOf(response.modelId);
  return (
    <section
      aria-label={`${response.modelName}, prompt ${turn.number}`}
      tabIndex={-1}
      data-panel={response.position}
      style={accentStyle(accentOf(response))}
      className="mx-auto w-full max-w-3xl"
    >
      <header className="flex h-9 items-center gap-2">
        <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />
        <h3 className="truncate font-semibold text-(--panel-accent) text-sm">{response.modelName}</h3>
        {preferred && (
          <Badge variant="gold">
            <CheckIcon strokeWidth={3} />
            Preferred
          </Badge>
        )}
        <span className="ml-auto" />
        {look !== 'completed' && <StateChip look={look} />}
        {isRunning(look) ? <StopButton response={response} /> : <PanelMenu response={response} />}
      </header>
      <AnswerBody response={response} className="text-[0.9375rem] leading-[1.65]" />
      <footer className="mt-3 flex items-center gap-x-4 gap-y-2 has-[button+button]:flex-wrap">
        <MetricsRow
          store={store}
          responseId={responseId}
          isLocal={model ? model.provider === 'local' : isLocalModel(response.modelId)}
          className="min-w-0 max-w-80 flex-1 gap-x-3 max-sm:basis-64"
        />
        <span className="ml-auto flex items-center gap-1.5">
          {children}
          <CopyButton response={response} />
        </span>
      </footer>
    </section>
  );
}
