/** What a key press asks for; undefined when it is not ours. */
export function panelHotkey(
  event: Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
): { action: 'focus' | 'prefer'; index: number } | undefined {
  // The code, not the key: with Alt the key is often another character. Ctrl+Alt is AltGr on many keyboards.
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code)?.[1];
  if (digit === undefined || !event.altKey || event.ctrlKey || event.metaKey) return undefined;
  return { action: event.shiftKey ? 'prefer' : 'focus', index: Number(digit) - 1 };
}
