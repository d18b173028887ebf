/** Code that can be looked at: a page or a picture. */
export type Previewable = 'html' | 'svg';

const BY_LANGUAGE: Readonly<Record<string, Previewable>> = {
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  svg: 'svg',
};

/** Models often call SVG "xml". A declaration, comments and a document type may come first. */
const SVG_IN_XML = /^\s*(?:<\?xml[^>]*\?>\s*|<!--(?:(?!-->)[\s\S])*-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]/i;
const PROLOGUE_MAX = 2_000;

/** What a block of code can be looked at as; undefined if it is only code. */
export function previewableOf(language: string, code: string): Previewable | undefined {
  if (code.trim() === '') return undefined;
  const name = language.toLowerCase();
  if (name === 'xml') return SVG_IN_XML.test(code.slice(0, PROLOGUE_MAX)) ? 'svg' : undefined;
  return Object.hasOwn(BY_LANGUAGE, name) ? BY_LANGUAGE[name] : undefined;
}
