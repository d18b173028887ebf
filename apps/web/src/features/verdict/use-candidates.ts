import type { ResponseView } from '@aideator/contract/views';
import { useStore } from 'zustand';
import { useTurnScope } from '../turn/turn-context.tsx';

/** The responses that can be judged, in the order shown: those with text. */
export function useCandidates(): ResponseView[] {
  const { turn, store } = useTurnScope();
  // A text value, so that a further word of an answer renders nothing.
  const withText = useStore(store.api, ({ responses }) =>
    responses
      .filter(({ text }) => text !== '')
      .map(({ responseId }) => responseId)
      .join(),
  ).split(',');
  return turn.responses.filter(({ responseId }) => withText.includes(responseId));
}
