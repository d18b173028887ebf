import { withoutStatusKeys } from '@aideator/contract/fold';
import type { ResponsePatch } from '@aideator/contract/frames';
import type { ResponseId } from '@aideator/contract/ids';

/** Merges the patches of several responses until the next frame is sent. Pure; the collector keeps the time. */
export interface FrameBuffer {
  add(patch: ResponsePatch): void;
  /** Returns the patches since the last call, at most one per response; empty if there were none. */
  take(): ResponsePatch[];
  readonly isEmpty: boolean;
}

function merge(earlier: ResponsePatch, later: ResponsePatch): ResponsePatch {
  if (later.reset) return later;
  // A later status does not inherit the fields of the earlier one.
  const kept = later.status === undefined ? earlier : withoutStatusKeys(earlier);
  const merged: ResponsePatch = { ...kept, ...later };
  const appendText = (earlier.appendText ?? '') + (later.appendText ?? '');
  const appendReasoning = (earlier.appendReasoning ?? '') + (later.appendReasoning ?? '');
  if (appendText) merged.appendText = appendText;
  if (appendReasoning) merged.appendReasoning = appendReasoning;
  return merged;
}

export function createFrameBuffer(): FrameBuffer {
  let waiting = new Map<ResponseId, ResponsePatch>();
  return {
    add(patch) {
      const earlier = waiting.get(patch.responseId);
      waiting.set(patch.responseId, earlier ? merge(earlier, patch) : patch);
    },
    take() {
      const patches = [...waiting.values()];
      waiting = new Map();
      return patches;
    },
    get isEmpty() {
      return waiting.size === 0;
    },
  };
}
