import { AppError } from '@aideator/contract/errors';
import { MODELS_PER_TURN_MAX, PROMPT_CHARS_MAX } from '@aideator/contract/limits';

/** Throws the code that says what is wrong with a prompt; returns nothing. */
export function checkPrompt(prompt: string): void {
  if (prompt.trim() === '') throw new AppError('prompt_empty');
  if (prompt.length > PROMPT_CHARS_MAX) throw new AppError('prompt_too_long', `${prompt.length} characters`);
  if (prompt.includes('\0')) throw new AppError('prompt_has_nul');
}

/** Throws the code that says what is wrong with a choice of models. */
export function checkModelIds(modelIds: readonly string[]): void {
  if (modelIds.length === 0) throw new AppError('models_missing');
  if (modelIds.length > MODELS_PER_TURN_MAX)
    throw new AppError('models_too_many', `${modelIds.length} models`);
  if (new Set(modelIds).size !== modelIds.length) throw new AppError('models_duplicate');
}
