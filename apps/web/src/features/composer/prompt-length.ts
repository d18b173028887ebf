import { PROMPT_CHARS_MAX } from '@aideator/contract/limits';

/** From this share of the limit on the count is shown. */
const SHOWN_FROM = 0.8;

export interface PromptLength {
  /** `161,204 of 200,000 characters`; undefined while the limit is far. */
  note: string | undefined;
  tooLong: boolean;
}

/** How near a prompt is to the limit. */
export function promptLength(text: string): PromptLength {
  const { length } = text;
  if (length < PROMPT_CHARS_MAX * SHOWN_FROM) return { note: undefined, tooLong: false };
  const count = length.toLocaleString('en-US');
  const limit = PROMPT_CHARS_MAX.toLocaleString('en-US');
  return { note: `${count} of ${limit} characters`, tooLong: length > PROMPT_CHARS_MAX };
}
