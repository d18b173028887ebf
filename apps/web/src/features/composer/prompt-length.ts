import { PROMPT_CHARS_MAX } from '@aideator/contract/limits';

/** The count is shown from this share of the limit on. */
const SHOWN_FROM = 0.8;

export interface PromptLength {
  /** Like `161,204 of 200,000 characters`; undefined while the limit is far. */
  note: string | undefined;
  tooLong: boolean;
}

/** Compares the length of a prompt with the limit. */
export function promptLength(text: string): PromptLength {
  const { length } = text;
  if (length < PROMPT_CHARS_MAX * SHOWN_FROM) return { note: undefined, tooLong: false };
  const count = length.toLocaleString('en-US');
  const limit = PROMPT_CHARS_MAX.toLocaleString('en-US');
  return { note: `${count} of ${limit} characters`, tooLong: length > PROMPT_CHARS_MAX };
}
