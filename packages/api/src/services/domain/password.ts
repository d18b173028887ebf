import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@aideator/contract/limits';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { z } from 'zod';
import { hasControlCharacter } from './email.ts';

/** Only the start of a password is estimated: the time grows quickly with the length, and a strong start stays strong. */
const ESTIMATED_CHARS_MAX = 32;
/** The lowest accepted of zxcvbn's scores 0 to 4: more than 10^8 guesses. */
const SCORE_MIN = 3;

/** The shape of a new password. `isGuessable` checks whether it is easy to guess. */
export const newPasswordSchema = z
  .string()
  .min(PASSWORD_CHARS_MIN, `at least ${PASSWORD_CHARS_MIN} characters`)
  .max(PASSWORD_CHARS_MAX, `at most ${PASSWORD_CHARS_MAX} characters`)
  .refine((text) => text.isWellFormed() && !hasControlCharacter(text), 'cannot contain control characters');

let loading: Promise<ZxcvbnFactory> | undefined;

/** Loads the list and the estimator on first use, because they take 30 MB and 200 ms. */
function loadEstimator(): Promise<ZxcvbnFactory> {
  loading ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }]) =>
      new ZxcvbnFactory({
        dictionary: { passwords: dictionary['passwords-common'] },
        graphs: adjacencyGraphs,
      }),
  );
  return loading;
}

/**
 * Whether a password is one of 49,000 common ones or a simple variant of one: other letter case, digits for letters,
 * reversed, repeated, followed by a number or a year; or a sequence or a pattern of the keyboard. `personal` are words
 * that an attacker would try first, such as the name.
 */
export async function isGuessable(password: string, personal: readonly string[]): Promise<boolean> {
  const estimator = await loadEstimator();
  const words = personal
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word !== '');
  return estimator.check(password.slice(0, ESTIMATED_CHARS_MAX), words).score < SCORE_MIN;
}
