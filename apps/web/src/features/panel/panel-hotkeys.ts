import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';

/** The action of a key press; undefined for keys that are no panel hotkeys. */
export function panelHotkey(
  event: Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
): { action: 'focus' | 'prefer'; index: number } | { action: 'alone' } | { action: 'rank' } | undefined {
  // Alt often changes `key` to another character, so compare the code. Ctrl+Alt is AltGr on many keyboards.
  const digit = Number(/^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1]);
  if (!(digit >= 0 && digit <= MODELS_PER_TURN_MAX)) return undefined;
  if (!event.altKey || event.ctrlKey || event.metaKey) return undefined;
  if (digit === 0) return event.shiftKey ? { action: 'rank' } : { action: 'alone' };
  return { action: event.shiftKey ? 'prefer' : 'focus', index: digit - 1 };
}
