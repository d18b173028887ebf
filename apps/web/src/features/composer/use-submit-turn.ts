import type { SessionView, TurnView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type ErrorText, errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useSessionCache } from '../shell/use-session-cache.ts';
import { randomKey } from './random-key.ts';
import { type Submission, submissionKeyFor } from './submission.ts';
import type { DraftHandle } from './use-draft.ts';

export interface Submitted {
  session: SessionView;
  turn: TurnView;
}

export interface SubmitHandle {
  send: (submission: Submission) => void;
  sending: boolean;
  error: ErrorText | undefined;
  clearError: () => void;
}

/**
 * Sends a prompt once. A second call does nothing while the first one is in flight. Sending the same content again
 * after an error uses the same key.
 */
export function useSubmitTurn(draft: DraftHandle, onSubmitted: (result: Submitted) => void): SubmitHandle {
  const trpc = useTRPC();
  const sessions = useSessionCache();
  const inFlight = useRef(false);
  const [error, setError] = useState<ErrorText>();
  const mutation = useMutation(
    // Fail at once without a network, instead of waiting for one.
    trpc.turn.submit.mutationOptions({ networkMode: 'always' }),
  );

  async function submit(submission: Submission): Promise<void> {
    if (inFlight.current) return;
    inFlight.current = true;
    setError(undefined);
    const submissionKey = submissionKeyFor(submission, draft.submission(), randomKey);
    draft.keep(submissionKey);
    try {
      const { sessionId, prompt } = submission;
      const common = { sessionId, prompt, idempotencyKey: submissionKey.key };
      const result = await mutation.mutateAsync(
        submission.mode === 'compare'
          ? { ...common, mode: 'compare', panels: submission.panels, blind: submission.blind }
          : { ...common, mode: 'continue' },
      );
      draft.accepted(submission.prompt);
      onSubmitted(result);
      void sessions.moveToTop(result.session);
    } catch (cause) {
      setError(errorText(cause));
    } finally {
      inFlight.current = false;
    }
  }

  return {
    send: (submission) => void submit(submission),
    sending: mutation.isPending,
    error,
    clearError: () => setError(undefined),
  };
}
