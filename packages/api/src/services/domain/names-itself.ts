import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';

/** What a model is called. */
export interface ModelNames {
  modelId: string;
  modelName: string;
  /** As reported by the provider. */
  answeredBy: string | null;
  provider: string | null;
  /** The provider's name for people, if the catalogue has it. */
  providerName?: string | undefined;
}

/** They serve the models of other makers. */
const NOT_MAKERS = new Set([
  'local',
  'openrouter',
  'groq',
  'ollama',
  'azure',
  'bedrock',
  'vertex_ai',
  'unknown',
]);
/** First words of model names that are words of most answers too. */
const ORDINARY = new Set(['command', 'small', 'large', 'model', 'chat', 'text', 'the', 'answer']);
/** Shorter words need the same capitals, because they may be ordinary ones: `Meta`, `xAI`. */
const FREE_CASE_FROM_CHARS = 5;

function segments(id: string): string[] {
  const plain = id.startsWith(OWN_KEY_PREFIX) ? id.slice(OWN_KEY_PREFIX.length) : id;
  return plain.split('/').filter((part) => !NOT_MAKERS.has(part.toLowerCase()));
}

/** The word that models of one family share: `GPT` of `GPT-5.2 mini`. */
function familyOf(modelName: string): string[] {
  const [word = ''] = /^\p{L}{3,}/u.exec(modelName) ?? [];
  if (word === '' || ORDINARY.has(word.toLowerCase())) return [];
  return word === 'GPT' ? [word, 'ChatGPT'] : [word];
}

function termsOf(model: ModelNames): string[] {
  const { provider, providerName } = model;
  const isMaker = provider !== null && !NOT_MAKERS.has(provider.toLowerCase());
  return [
    model.modelName,
    ...familyOf(model.modelName),
    ...segments(model.modelId),
    ...segments(model.answeredBy ?? ''),
    ...(isMaker ? [provider, providerName ?? ''] : []),
  ].filter((term) => term.length > 2);
}

/** What has a meaning in a regular expression. Its `u` flag refuses escapes of anything else. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** True if the term is in the text as whole words; any space, dot, dash or underscore separates its parts. */
function hasTerm(text: string, term: string): boolean {
  const parts = term.split(/[\s._-]+/).map((part) => part.replace(SYNTAX, '\\$&'));
  const flags = parts.length > 1 || term.length >= FREE_CASE_FROM_CHARS ? 'iu' : 'u';
  return new RegExp(`(?<![\\p{L}\\p{N}])${parts.join('[\\s._-]?')}(?![\\p{L}\\p{N}])`, flags).test(text);
}

/** True if an answer names its own model, its family or its maker. It may do so by chance, so this is a hint. */
export function namesItself(text: string, model: ModelNames): boolean {
  return termsOf(model).some((term) => hasTerm(text, term));
}
