import type { SessionView, TurnView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type ErrorText, errorText } from '~/lib/errors.ts';
import { useTRPC } from '~/trpc/client.ts';
import { useSessionCache } from '../shell/use-session-cache.ts';
import { attemptFor, type Submission } from './attempt.ts';
import { randomKey } from './random-key.ts';
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

/** Sends a prompt once: a second call while the first is on its way does nothing, a repeated try carries the same key. */
export function useSubmitTurn(draft: DraftHandle, onSubmitted: (result: Submitted) => void): SubmitHandle {
  const trpc = useTRPC();
  const sessions = useSessionCache();
  const inFlight = useRef(false);
  const [error, setError] = useState<ErrorText>();
  const mutation = useMutation(
    // Without a network it fails at once and says so, instead of waiting for one.
    trpc.turn.submit.mutationOptions({ networkMode: 'always' }),
  );

  async function submit(submission: Submission): Promise<void> {
    if (inFlight.current) return;
    inFlight.current = true;
    setError(undefined);
    const attempt = attemptFor(submission, draft.attempt(), randomKey);
    draft.keep(attempt);
    try {
      const result = await mutation.mutateAsync({
        ...(submission.sessionId === undefined ? {} : { sessionId: submission.sessionId }),
        prompt: submission.prompt,
        modelIds: [...submission.modelIds],
        mode: submission.mode,
        idempotencyKey: attempt.key,
      });
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
