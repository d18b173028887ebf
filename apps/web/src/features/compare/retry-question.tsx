'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ConfirmDialog } from '~/components/ui/alert-dialog.tsx';
import { Button } from '~/components/ui/button.tsx';
import { useTurnScope } from './turn-context.tsx';
import { useCopy } from './use-copy.ts';
import { responseNow } from './use-response.ts';

interface RetryQuestionProps {
  /** Whose text would be dropped; undefined while nothing is asked. */
  response: ResponseView | undefined;
  onConfirm: (responseId: string) => void;
  onClose: () => void;
}

/** Asks before an answer is dropped for a new one: nothing brings it back. */
export function RetryQuestion({ response, onConfirm, onClose }: RetryQuestionProps) {
  const { turn, store } = useTurnScope();
  const { state, copy } = useCopy();
  const name = response?.modelName ?? 'The model';
  const preferred = response !== undefined && turn.preference?.responseId === response.responseId;
  return (
    <ConfirmDialog
      open={response !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={`Replace the answer of ${name}?`}
      description={
        <>
          {name} answers this prompt once more. The text it has now is dropped and cannot be brought back.
          {preferred && ' You prefer this answer: that choice is taken back too.'}
        </>
      }
      confirmLabel="Answer again"
      onConfirm={() => response && onConfirm(response.responseId)}
    >
      <Button
        variant="ghost"
        className="mr-auto -ml-2 px-2"
        onClick={() => response && copy(responseNow(store, response.responseId).text)}
      >
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : 'Copy it first'}
      </Button>
    </ConfirmDialog>
  );
}
