import type { SessionId } from '@aideator/contract/ids';
import type { ResponseView } from '@aideator/contract/views';
import { useMutation } from '@tanstack/react-query';
import { complain } from '~/lib/complain.ts';
import { useTRPC } from '~/trpc/client.ts';
import type { Submitted } from '../composer/use-submit-turn.ts';
import { useSessionCache } from '../shell/use-session-cache.ts';
import { GO_ON_PROMPT, type GoOn } from '../turn/go-on.ts';

/** Asks a model for the rest of an answer. What is written in the composer stays there. */
export function useGoOn(sessionId: SessionId | undefined, onSubmitted: (result: Submitted) => void) {
  const trpc = useTRPC();
  const sessions = useSessionCache();
  const submit = useMutation(
    trpc.turn.submit.mutationOptions({
      networkMode: 'always',
      onSuccess: (result) => {
        onSubmitted(result);
        void sessions.moveToTop(result.session);
      },
      onError: complain('The rest was not asked for'),
    }),
  );
  return ({ responseId, attempt }: ResponseView, how: GoOn) => {
    if (submit.isPending) return;
    // The same key for the same answer: a second click, also in another tab, asks for nothing more.
    const idempotencyKey = `go-on ${responseId} ${attempt}`;
    submit.mutate({ ...how, sessionId, prompt: GO_ON_PROMPT, idempotencyKey });
  };
}
