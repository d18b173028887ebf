import type { TurnMode } from '@aideator/contract/statuses';
import type { Attempt } from './draft-storage.ts';

/** What is sent: the same content under the same key is the same turn. */
export interface Submission {
  sessionId: string | undefined;
  prompt: string;
  modelIds: readonly string[];
  mode: TurnMode;
}

/** Names a content in a few characters (FNV-1a, 53 bits of two passes); equal content, equal name. */
export function fingerprintOf(submission: Submission): string {
  const text = JSON.stringify([
    submission.sessionId ?? null,
    submission.mode,
    submission.modelIds,
    submission.prompt,
  ]);
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
  }
  return `${text.length.toString(36)}.${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}

/** The try for a content: the one before, if it was of the same content and its outcome is unknown, else a new one. */
export function attemptFor(
  submission: Submission,
  before: Attempt | undefined,
  newKey: () => string,
): Attempt {
  const fingerprint = fingerprintOf(submission);
  return before?.fingerprint === fingerprint ? before : { key: newKey(), fingerprint };
}
