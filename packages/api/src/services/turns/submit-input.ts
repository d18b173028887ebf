import { BLIND_MODELS_MIN } from '@aideator/contract/blind';
import { AppError } from '@aideator/contract/errors';
import { MODELS_PER_TURN_MAX, PROMPT_CHARS_MAX } from '@aideator/contract/limits';
import { hasNul } from '@aideator/contract/stored-values';
import type { SubmitInput } from '@aideator/contract/submit';

/** Throws AppError with a specific code for an invalid prompt or number of panels. */
export function checkSubmit(input: SubmitInput): void {
  const { prompt } = input;
  if (prompt.trim() === '') throw new AppError('prompt_empty');
  if (prompt.length > PROMPT_CHARS_MAX) throw new AppError('prompt_too_long', `${prompt.length} characters`);
  if (hasNul(prompt)) throw new AppError('prompt_has_nul');
  if (input.mode !== 'compare') return;
  const { length } = input.panels;
  if (length === 0) throw new AppError('models_missing');
  if (length > MODELS_PER_TURN_MAX) throw new AppError('models_too_many', `${length} models`);
  if (input.blind && length < BLIND_MODELS_MIN) throw new AppError('blind_needs_models', `${length} models`);
}
