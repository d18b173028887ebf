import type { ChatMessage } from '@aideator/contract/run-spec';

/** An earlier turn, as far as later prompts need it. */
export interface HistoryTurn {
  prompt: string;
  /** The text that the person went on with: the preferred response's, or a continued turn's only one. */
  chosenText: string | null;
  responses: { modelId: string; text: string }[];
}

/**
 * The messages for one model. Each earlier turn contributes its prompt and the chosen answer; where nothing was chosen,
 * the model's own answer of that turn. A turn with neither is left out whole, so that roles alternate.
 */
export function buildMessages(
  history: readonly HistoryTurn[],
  now: { modelId: string; prompt: string; systemText?: string | undefined },
): ChatMessage[] {
  const messages: ChatMessage[] = now.systemText ? [{ role: 'system', content: now.systemText }] : [];
  for (const turn of history) {
    const own = turn.responses.find((response) => response.modelId === now.modelId)?.text;
    const answer = turn.chosenText || own;
    if (!answer) continue;
    messages.push({ role: 'user', content: turn.prompt }, { role: 'assistant', content: answer });
  }
  messages.push({ role: 'user', content: now.prompt });
  return messages;
}
