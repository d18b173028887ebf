import type { ResponseId, SessionId } from '@aideator/contract/ids';
import type { RevealPace } from '@aideator/contract/statuses';
import type { PanelInput } from '@aideator/contract/submit';

/** The content of a submission. The server creates one turn for the same content with the same key. */
export type Submission = {
  sessionId: SessionId | undefined;
  prompt: string;
} & (
  | { mode: 'compare'; panels: PanelInput[]; blind?: { pace: RevealPace } | undefined }
  /** `responseId`: the response to continue with. Not sent, because the server determines it by itself. */
  | { mode: 'continue'; responseId: ResponseId }
);

/** The idempotency key of a submission, and the fingerprint of its content. */
export interface SubmissionKey {
  key: string;
  fingerprint: string;
}

/** A fingerprint of the content: two 32-bit FNV-1a hashes and the length. */
export function fingerprintOf(submission: Submission): string {
  const text = JSON.stringify([
    submission.sessionId ?? null,
    submission.mode,
    submission.mode === 'compare' ? submission.panels : submission.responseId,
    submission.prompt,
    ...(submission.mode === 'compare' && submission.blind ? [submission.blind.pace] : []),
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

/** Returns the previous key while the content is the same and its outcome is unknown, else a new key. */
export function submissionKeyFor(
  submission: Submission,
  previous: SubmissionKey | undefined,
  newKey: () => string,
): SubmissionKey {
  const fingerprint = fingerprintOf(submission);
  return previous?.fingerprint === fingerprint ? previous : { key: newKey(), fingerprint };
}
