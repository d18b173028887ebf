'use client';

import { areNamesHidden } from '@aideator/contract/blind';
import type { ResponseView } from '@aideator/contract/views';
import { CheckIcon, CopyIcon, TriangleAlertIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { cn } from '~/lib/cn.ts';
import { useCopy } from '~/lib/use-copy.ts';
import { standingOf } from '~/lib/verdict-text.ts';
import { isLocalModel } from '../turn/response-figures.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { responseNow, useResponse } from '../turn/use-response.ts';
import { MetricsRow } from './metrics-row.tsx';

/** The figures of an answer, and the buttons to prefer and to copy it. Always visible. */
export function PanelFoot({ response }: { response: ResponseView }) {
  const { turn, store, modelOf } = useTurnScope();
  const model = modelOf(response.modelId);
  return (
    <footer className="shrink-0 border-t px-3 pt-2 pb-2.5 low:pt-1.5 low:pb-1.5">
      {areNamesHidden(turn) ? (
        <p className="mx-auto flex h-8 max-w-3xl items-center text-2xs text-muted-foreground low:h-4">
          Time, tokens and cost come with the names.
        </p>
      ) : (
        <MetricsRow
          store={store}
          responseId={response.responseId}
          isLocal={model ? model.provider === 'local' : isLocalModel(response.modelId)}
          className="mx-auto max-w-3xl"
        />
      )}
      <div className="mx-auto mt-2 max-w-3xl flex gap-1.5 low:mt-1">
        <PreferButton response={response} className="flex-1" />
        <CopyButton response={response} />
      </div>
    </footer>
  );
}

/** Prefers a response. A second press clears the preference. */
export function PreferButton({ response, className }: { response: ResponseView; className?: string }) {
  const { turn, store, actions } = useTurnScope();
  const hasText = useResponse(store, response.responseId, (state) => state.text.length > 0);
  const standing = standingOf(turn.preference, response.responseId);
  const isBest = standing === 'preferred' || standing === 'equal';
  return (
    <Button
      variant={isBest ? 'gold' : 'outline'}
      size="sm"
      aria-pressed={standing === 'preferred'}
      data-prefer={response.position}
      disabled={!hasText && standing !== 'preferred'}
      // The second click of a double click would take the choice back.
      onClick={(event) => event.detail < 2 && actions.prefer(response.responseId)}
      className={cn('min-w-0 px-2 low:h-7 low:touch:h-10', className)}
    >
      {standing === 'preferred' && <CheckIcon strokeWidth={3} />}
      <span className="truncate">{standing === 'preferred' ? 'Preferred' : 'I prefer this response'}</span>
      <span className="sr-only">by {response.modelName}</span>
    </Button>
  );
}

export function CopyButton({ response }: { response: ResponseView }) {
  const { store } = useTurnScope();
  const hasText = useResponse(store, response.responseId, (state) => state.text.length > 0);
  const { state, copy } = useCopy();
  const name = response.modelName;
  return (
    <Tooltip content={state === 'copied' ? 'Copied' : state === 'failed' ? 'The browser refused' : 'Copy'}>
      <Button
        variant="outline"
        size="icon-sm"
        className="low:size-7 low:touch:size-10"
        aria-label={state === 'copied' ? `Copied the answer of ${name}` : `Copy the answer of ${name}`}
        disabled={!hasText || response.isExcerpt}
        onClick={() => copy(responseNow(store, response.responseId).text)}
      >
        {state === 'copied' ? <CheckIcon /> : state === 'failed' ? <TriangleAlertIcon /> : <CopyIcon />}
      </Button>
    </Tooltip>
  );
}
