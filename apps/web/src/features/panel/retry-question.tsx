'use client';

import { namedIn } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import type { ResponseView } from '@aideator/contract/views';
import { ConfirmDialog } from '~/components/ui/alert-dialog.tsx';
import { Button } from '~/components/ui/button.tsx';
import { useCopy } from '~/lib/use-copy.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { turnMarkdown } from '../turn/turn-markdown.ts';
import { responseNow } from '../turn/use-response.ts';

interface RetryQuestionProps {
  /** The responses whose texts would be dropped; none while the dialog is closed. */
  responses: readonly ResponseView[];
  onConfirm: (responseIds: readonly ResponseId[]) => void;
  onClose: () => void;
}

const names = new Intl.ListFormat('en');

/** Asks before answers are replaced, because that cannot be undone. */
export function RetryQuestion({ responses, onConfirm, onClose }: RetryQuestionProps) {
  const { turn, store } = useTurnScope();
  const { state, copy } = useCopy();
  const { preference } = turn;
  const ids = responses.map(({ responseId }) => responseId);
  const name = names.format(responses.map(({ modelName }) => modelName)) || 'the model';
  const several = ids.length > 1;
  const judged = preference && ids.some((responseId) => namedIn(preference).includes(responseId));
  const text = () => {
    const [only] = ids;
    return only && !several
      ? responseNow(store, only).text
      : turnMarkdown({ ...turn, responses }, store.latest());
  };
  return (
    <ConfirmDialog
      open={ids.length > 0}
      onOpenChange={(open) => !open && onClose()}
      title={`Replace the ${several ? 'answers' : 'answer'} of ${name}?`}
      description={
        <>
          {several
            ? `${name} answer this prompt again. The texts they have now are dropped and cannot be brought back.`
            : `${name} answers this prompt again. The text it has now is dropped and cannot be brought back.`}
          {judged &&
            ` Your choice names ${several ? 'one of these answers' : 'this answer'}. That choice is cleared too.`}
        </>
      }
      confirmLabel="Answer again"
      onConfirm={() => onConfirm(ids)}
    >
      <Button
        variant="ghost"
        className="mr-auto -ml-2 px-2"
        disabled={responses.some(({ isExcerpt }) => isExcerpt)}
        onClick={() => copy(text())}
      >
        {state === 'copied'
          ? 'Copied'
          : state === 'failed'
            ? 'Not copied'
            : several
              ? 'Copy them first'
              : 'Copy it first'}
      </Button>
    </ConfirmDialog>
  );
}
