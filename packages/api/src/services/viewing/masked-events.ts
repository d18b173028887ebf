import type { ResponsePatch, ResponseState, TurnEvent } from '@aideator/contract/frames';

/** What a viewer of a hidden turn has been sent. */
export interface MaskedTurn {
  responses: readonly ResponseState[];
  overCount: number;
}

/** The event that brings a viewer from one state to the next. Undefined if nothing visible changed. */
export function eventBetween(before: MaskedTurn | undefined, after: MaskedTurn): TurnEvent | undefined {
  const snapshot = { type: 'snapshot' as const, ...after, responses: [...after.responses] };
  if (!before) return snapshot;
  const patches: ResponsePatch[] = [];
  for (const [i, now] of after.responses.entries()) {
    const then = before.responses[i];
    if (!then || then.attempt !== now.attempt || !now.text.startsWith(then.text)) return snapshot;
    const appendText = now.text.slice(then.text.length);
    const hasStatus = then.status !== now.status || then.error?.code !== now.error?.code;
    if (appendText === '' && !hasStatus) continue;
    patches.push({
      responseId: now.responseId,
      ...(appendText !== '' && { appendText, textLength: now.text.length }),
      ...(hasStatus && { status: now.status, ...(now.error && { error: now.error }) }),
    });
  }
  if (patches.length === 0 && before.overCount === after.overCount) return undefined;
  return { type: 'frame', patches, overCount: after.overCount };
}
