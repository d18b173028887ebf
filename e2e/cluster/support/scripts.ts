import type { ResponseState } from '@aideator/contract/frames';
import type { ScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';

export const MODELS = ['a', 'b', 'c', 'd'];

/** Rows of `/model/info`, which the program reads when it starts. */
export const MODEL_INFO: readonly unknown[] = MODELS.map((model) => ({
  model_name: model,
  model_info: { mode: 'chat', litellm_provider: 'openai', max_input_tokens: 128_000 },
}));

export function words(model: string, count: number): string {
  return Array.from({ length: count }, (_, i) => `${model}${i}`).join(' ');
}

/** Makes all four models respond with this many words each. */
export function play(gateway: ScriptedGateway, count: number, tokensPerSecond = 20): void {
  for (const model of MODELS) gateway.setScript(model, { text: words(model, count), tokensPerSecond });
}

/** True if each response has more than this many characters. */
export function haveText(states: readonly ResponseState[], characters: number): boolean {
  return states.length > 0 && states.every(({ text }) => text.length > characters);
}
