/**
 * True while an input method composes text. Its Enter confirms and its Escape discards the composition; neither is
 * meant for the page. Safari sends the key that ends a composition after the composition, marked only by key code 229.
 */
export function isComposing({
  isComposing: composing,
  keyCode,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return composing || keyCode === 229;
}
