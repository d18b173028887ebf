import type { ElementContent, Nodes, Parents } from 'hast';

/**
 * Letters without a space from which a word gets an element of its own. Kerning pairs of the page's font make shaping
 * quadratic in the length of a word: one letter 20,000 times took 5.5 s of layout in Chromium, and 5 ms without kerning.
 */
const LONG_WORD = /\S{200,}/;
const LONG_WORDS = /(\S{200,})/;

/** Turns kerning off. See LONG_WORD. */
export const LONG_WORD_CLASS = '[font-kerning:none]';

export const hasLongWord = (text: string): boolean => LONG_WORD.test(text);

function split(text: string): ElementContent[] {
  return text
    .split(LONG_WORDS)
    .filter((part) => part !== '')
    .map((value) => {
      const child = { type: 'text' as const, value };
      if (!hasLongWord(value)) return child;
      return {
        type: 'element' as const,
        tagName: 'span',
        properties: { className: [LONG_WORD_CLASS] },
        children: [child],
      };
    });
}

/** Puts very long words into elements without kerning. Code has a font without kerning pairs. */
export function wrapLongWords(node: Nodes): void {
  if (!('children' in node)) return;
  const parent: Parents = node;
  // Before its own words are wrapped: what is wrapped is done.
  for (const child of parent.children)
    if (!('tagName' in child && child.tagName === 'pre')) wrapLongWords(child);
  if (parent.children.some((child) => child.type === 'text' && hasLongWord(child.value))) {
    parent.children = parent.children.flatMap((child) =>
      child.type === 'text' ? split(child.value) : [child as ElementContent],
    );
  }
}
