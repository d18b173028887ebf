import type { ResponsePatch } from '@aideator/contract/frames';

/** Patches of several responses, merged until the next frame goes out. Pure; the clock is the collector's. */
export interface FrameBuffer {
  add(patch: ResponsePatch): void;
  /** What came since the last call, at most one patch per response; empty when nothing did. */
  take(): ResponsePatch[];
  readonly isEmpty: boolean;
}

function merge(earlier: ResponsePatch, later: ResponsePatch): ResponsePatch {
  if (later.reset) return later;
  const { error, retryAt, ...lasting } = earlier;
  // error and retryAt belong to the status: a later status does not inherit them.
  const merged: ResponsePatch = { ...(later.status === undefined ? earlier : lasting), ...later };
  const text = (earlier.text ?? '') + (later.text ?? '');
  const reasoning = (earlier.reasoning ?? '') + (later.reasoning ?? '');
  if (text) merged.text = text;
  if (reasoning) merged.reasoning = reasoning;
  return merged;
}

export function createFrameBuffer(): FrameBuffer {
  let waiting = new Map<string, ResponsePatch>();
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
