import { MODELS_PER_TURN_DEFAULT } from '@aideator/contract/limits';
import type { CatalogueModel } from '@aideator/contract/models';
import { LOCAL_PROVIDER } from './local-models.ts';

/** Patterns of a good, moderately priced model per provider. The first pattern with a match counts, and its newest model. */
const GOOD: Readonly<Record<string, readonly RegExp[]>> = {
  openai: [/^gpt-[\d.]+-mini$/, /^gpt-[\d.]+$/, /^gpt-4o(-mini)?$/],
  anthropic: [/^claude-sonnet-[\d-]{1,3}$/, /^claude-haiku/, /^claude/],
  gemini: [/^gemini-[\d.]+-flash$/, /^gemini-flash-latest$/],
  mistral: [/^mistral-medium-latest$/, /^mistral-medium$/, /^mistral-(small|large)/],
  cohere: [/^command-a/, /^command-r/],
  groq: [/gpt-oss-120b$/, /llama.*versatile$/, /^/],
  deepseek: [/^deepseek-v[\d.]+-flash$/, /^deepseek-chat$/, /^/],
  xai: [/^grok-[\d.]+$/, /^grok/],
  openrouter: [/anthropic\/claude-sonnet/, /openai\/gpt-[\d.]+-mini$/, /^/],
};

type Choice = Pick<CatalogueModel, 'id' | 'provider' | 'serverKey'>;

/**
 * The models of the first selection, at most four: a good one of each provider that can be called, then the small local
 * ones, then any others. `ownProviders`: providers for which the person has a key.
 */
export function defaultModelIds(
  models: readonly Choice[],
  ownProviders: ReadonlySet<string> = new Set(),
): string[] {
  const callable = models.filter((model) => model.serverKey || ownProviders.has(model.provider));
  const providers = [...new Set(callable.map((model) => model.provider))].filter(
    (each) => each !== LOCAL_PROVIDER,
  );
  const good = providers.flatMap((provider) => goodModel(provider, callable) ?? []);
  const local = callable.filter((model) => model.provider === LOCAL_PROVIDER).map((model) => model.id);
  const rest = callable.map((model) => model.id);
  return [...new Set([...good, ...local, ...rest])].slice(0, MODELS_PER_TURN_DEFAULT);
}

function goodModel(provider: string, models: readonly Choice[]): string | undefined {
  const mine = models.filter((model) => model.provider === provider);
  // Prefer the server's key, so that the first selection costs the person nothing.
  const usable = mine.some((model) => model.serverKey) ? mine.filter((model) => model.serverKey) : mine;
  const bare = (id: string) => id.slice(id.indexOf(`${provider}/`) + provider.length + 1);
  for (const pattern of GOOD[provider] ?? [/^/]) {
    const fitting = usable.map(({ id }) => id).filter((id) => pattern.test(bare(id)));
    fitting.sort((a, b) => version(b) - version(a) || b.localeCompare(a, 'en', { numeric: true }));
    if (fitting[0] !== undefined) return fitting[0];
  }
  return undefined;
}

/** The first number of an id as a decimal, because providers count 4.20 before 4.3. `claude-sonnet-4-6` is 4.6. */
function version(id: string): number {
  const found = /-v?(\d{1,2})(?:[.-](\d{1,2}))?(?=-|$)/.exec(id);
  return found ? Number(`${found[1]}.${found[2] ?? 0}`) : 0;
}
