import type { ChatMessage } from '@aideator/contract/run-spec';
import type { HistoryTexts } from '@aideator/db/queries/history';
import type { Exchange } from './history.ts';

/** The prompt for a model. */
export interface Ask {
  prompt: string;
  /** The instruction of the model's preset. */
  systemText?: string | undefined;
}

/** Bytes (UTF-8) of the messages that `buildMessages` would make, without their texts: enough to estimate tokens. */
export function inputBytes(exchanges: readonly Exchange[], ask: Ask): number {
  const earlier = exchanges.reduce(
    (sum, { turn, response }) => sum + turn.promptBytes + response.textBytes,
    0,
  );
  return earlier + Buffer.byteLength(ask.prompt) + Buffer.byteLength(ask.systemText ?? '');
}

/** The messages for one model: its preset's instruction, each exchange, and the prompt. */
export function buildMessages(exchanges: readonly Exchange[], texts: HistoryTexts, ask: Ask): ChatMessage[] {
  const messages: ChatMessage[] = ask.systemText ? [{ role: 'system', content: ask.systemText }] : [];
  for (const { turn, response } of exchanges) {
    const prompt = texts.prompts.get(turn.id);
    const answer = texts.answers.get(response.responseId);
    if (!prompt || !answer) continue;
    messages.push({ role: 'user', content: prompt }, { role: 'assistant', content: answer });
  }
  messages.push({ role: 'user', content: ask.prompt });
  return messages;
}
