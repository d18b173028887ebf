'use client';

import { namedIn } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import type { ResponseView } from '@aideator/contract/views';
import { ConfirmDialog } from '~/components/ui/alert-dialog.tsx';
import { Button } from '~/components/ui/button.tsx';
import { useCopy } from '~/lib/use-copy.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { responseNow } from '../turn/use-response.ts';

interface RetryQuestionProps {
  /** The response whose text would be dropped; undefined while the dialog is closed. */
  response: ResponseView | undefined;
  onConfirm: (responseId: ResponseId) => void;
  onClose: () => void;
}

/** Asks before an answer is replaced, because that cannot be undone. */
export function RetryQuestion({ response, onConfirm, onClose }: RetryQuestionProps) {
  const { turn, store } = useTurnScope();
  const { state, copy } = useCopy();
  const name = response?.modelName ?? 'The model';
  const { preference } = turn;
  const judged = response && preference && namedIn(preference).includes(response.responseId);
  return (
    <ConfirmDialog
      open={response !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={`Replace the answer of ${name}?`}
      description={
        <>
          {name} answers this prompt again. The text it has now is dropped and cannot be brought back.
          {judged && ' Your choice names this answer. That choice is cleared too.'}
        </>
      }
      confirmLabel="Answer again"
      onConfirm={() => response && onConfirm(response.responseId)}
    >
      <Button
        variant="ghost"
        className="mr-auto -ml-2 px-2"
        disabled={response?.isExcerpt}
        onClick={() => response && copy(responseNow(store, response.responseId).text)}
      >
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : 'Copy it first'}
      </Button>
    </ConfirmDialog>
  );
}
