import type { ResponseText, ResponseView, TurnView } from '@aideator/contract/views';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '~/trpc/client.ts';

/**
 * The turn with its long answers complete. A session contains only their beginnings; the rest is loaded once `isSeen`.
 * An answer keeps `isExcerpt` until then.
 */
export function useWholeTurn(turn: TurnView, isSeen: boolean): TurnView {
  const trpc = useTRPC();
  const texts = useQueries({
    queries: excerptsOf(turn).map(({ responseId, attempt }) =>
      trpc.response.text.queryOptions(
        { responseId, attempt },
        { enabled: isSeen, staleTime: Number.POSITIVE_INFINITY },
      ),
    ),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(() => withTexts(turn, texts), [turn, texts]);
}

const excerptsOf = (turn: TurnView): ResponseView[] => turn.responses.filter(({ isExcerpt }) => isExcerpt);

/** `texts` belong to the turn's excerpts, in their order; those that are not loaded are undefined. */
export function withTexts(turn: TurnView, texts: readonly (ResponseText | undefined)[]): TurnView {
  const textOf = new Map(excerptsOf(turn).map(({ responseId }, i) => [responseId, texts[i]]));
  if (textOf.size === 0) return turn;
  const responses = turn.responses.map((response): ResponseView => {
    const whole = textOf.get(response.responseId);
    if (whole?.attempt !== response.attempt) return response;
    const { isExcerpt: _, ...known } = response;
    return { ...known, text: whole.text, reasoning: whole.reasoning };
  });
  return { ...turn, responses };
}
