export type TurnJump = 'previous' | 'next';

const JUMPS: Readonly<Record<string, TurnJump>> = { KeyK: 'previous', KeyJ: 'next' };

/** Rounding and zoom leave a turn up to this many pixels off its place. */
const TOLERANCE_PX = 4;

/** Alt+K goes to the previous turn, Alt+J to the next one; undefined for other keys. */
export function turnHotkey(
  event: Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
): TurnJump | undefined {
  // Alt often changes `key` to another character, so compare the code. Ctrl+Alt is AltGr on many keyboards.
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
  return JUMPS[event.code];
}

/**
 * The index of the turn to jump to. `tops` are the distances of all turns, in pixels, from the place where a turn is read;
 * negative above it. From the middle of a turn, `previous` leads to its own beginning.
 */
export function turnToShow(tops: readonly number[], jump: TurnJump): number | undefined {
  const index =
    jump === 'next'
      ? tops.findIndex((top) => top > TOLERANCE_PX)
      : tops.findLastIndex((top) => top < -TOLERANCE_PX);
  return index < 0 ? undefined : index;
}
