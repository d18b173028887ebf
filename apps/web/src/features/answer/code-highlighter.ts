import { type BundledLanguage, bundledLanguages, createHighlighter, type Highlighter } from 'shiki';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

export interface Token {
  content: string;
  htmlStyle?: Record<string, string> | undefined;
}

const THEMES = { light: 'github-light-high-contrast', dark: 'github-dark-default' } as const;

/** One per page: grammars stay loaded. */
let highlighter: Promise<Highlighter> | undefined;

function isKnown(language: string): language is BundledLanguage {
  return Object.hasOwn(bundledLanguages, language);
}

/**
 * The tokens of each line, with a colour for light and one for dark; undefined for a language that is not known.
 * Load this module lazily: it is large, and each grammar comes with the first code that needs it.
 */
export async function highlightCode(
  code: string,
  language: string,
): Promise<readonly (readonly Token[])[] | undefined> {
  const lang = language.toLowerCase();
  if (!isKnown(lang)) return undefined;
  highlighter ??= createHighlighter({
    themes: Object.values(THEMES),
    langs: [],
    // The other engine is WebAssembly, which the page's Content-Security-Policy does not allow.
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const ready = await highlighter;
  await ready.loadLanguage(lang);
  return ready.codeToTokens(code, { lang, themes: THEMES, defaultColor: false }).tokens;
}
