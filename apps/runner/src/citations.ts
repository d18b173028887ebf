import {
  CITATION_TITLE_CHARS_MAX,
  CITATION_URL_CHARS_MAX,
  CITATIONS_MAX,
  type Citation,
} from '@aideator/contract/citations';
import { isRecord } from './json.ts';

/** Keys under which providers send sources: Perplexity, OpenAI, Anthropic and Gemini through LiteLLM, OpenRouter. */
const SOURCE_KEYS = [
  'citations',
  'search_results',
  'annotations',
  'citation',
  'provider_specific_fields',
  'vertex_ai_grounding_metadata',
  'groundingMetadata',
  'grounding_metadata',
  'groundingChunks',
  'grounding_chunks',
  'web_search_results',
  'sources',
] as const;
/** Keys of the address within one source. */
const WRAPPER_KEYS = ['url_citation', 'web', 'retrievedContext', 'source'] as const;
const DEPTH_MAX = 6;

/** Storable text: control characters become spaces, lone surrogates U+FFFD. */
const clean = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim();

function citation(url: unknown, title: unknown): Citation | undefined {
  if (typeof url !== 'string' || !/^\s*https?:\/\//i.test(url)) return undefined;
  const address = clean(url);
  if (address.length > CITATION_URL_CHARS_MAX || !URL.canParse(address)) return undefined;
  const name = typeof title === 'string' ? cutTitle(clean(title)) : '';
  return name === '' || name === address ? { url: address } : { url: address, title: name };
}

function cutTitle(title: string): string {
  if (title.length <= CITATION_TITLE_CHARS_MAX) return title;
  return `${title
    .slice(0, CITATION_TITLE_CHARS_MAX - 2)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

function collect(value: unknown, found: Citation[], depth: number): void {
  if (depth > DEPTH_MAX || found.length >= CITATIONS_MAX) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, found, depth + 1);
    return;
  }
  if (typeof value === 'string' || !isRecord(value)) {
    const plain = citation(value, undefined);
    if (plain) found.push(plain);
    return;
  }
  const own = citation(value.url ?? value.uri ?? value.link, value.title ?? value.name);
  if (own) found.push(own);
  for (const key of [...WRAPPER_KEYS, ...SOURCE_KEYS]) {
    if (isRecord(value[key]) || Array.isArray(value[key])) collect(value[key], found, depth + 1);
  }
}

/**
 * The sources of a chunk, at its top, in its choice or in its delta, in their order. Ignores addresses other than http and
 * https, which must not become links.
 */
export function readCitations(...holders: readonly Record<string, unknown>[]): Citation[] {
  const found: Citation[] = [];
  for (const holder of holders) {
    for (const key of SOURCE_KEYS) collect(holder[key], found, 0);
    // Anthropic sends sources within the parts of the content.
    if (Array.isArray(holder.content)) {
      for (const part of holder.content) if (isRecord(part)) collect(part.citations, found, 0);
    }
  }
  return found;
}
