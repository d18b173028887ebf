import { type CatalogueModel, PROVIDERS } from '@aideator/contract/models';
import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import { z } from 'zod';
import { type ModelMark, markSchema } from './marks.ts';
import { displayName, splitDate } from './model-names.ts';
import { pricesOf } from './prices.ts';
import { PROVIDER_ROUTES } from './providers.ts';

const tokens = z.number().int().positive().nullish().catch(undefined);
const seconds = z.number().int().positive().max(86_400).nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);

/** Facts about a model, both in `/model/info` and in LiteLLM's price table. `pricesOf` reads the prices. */
const factsSchema = z.looseObject({
  mode: z.string().nullish(),
  litellm_provider: z.string().nullish(),
  max_input_tokens: tokens,
  max_output_tokens: tokens,
  /** Not a field of LiteLLM: an operator may add it to the `model_info` of the gateway's config. */
  first_token_timeout_seconds: seconds,
  deprecation_date: z.string().nullish(),
  supports_vision: flag,
  supports_function_calling: flag,
  supports_reasoning: flag,
  supports_response_schema: flag,
  supports_web_search: flag,
  supports_audio_input: flag,
});
type Facts = z.infer<typeof factsSchema>;

const rowSchema = z.object({
  model_name: z.string(),
  model_info: factsSchema.extend({ aideator: markSchema.optional().catch(undefined) }),
});
const modelInfoSchema = z.object({ data: z.array(z.unknown()) });
const costMapSchema = z.record(z.string(), z.unknown());

export interface CatalogueSource {
  /** The body of `/model/info`. */
  modelInfo: unknown;
  /** The body of `/public/litellm_model_cost_map`, if the gateway has it. */
  costMap?: unknown;
  /** `2026-11-23`: models that their provider has switched off by that day are left out. */
  today: string;
}

/** One known model of a provider: its id at the provider, and its facts. */
interface Known {
  id: string;
  facts: Facts;
}

/**
 * The models of a gateway: single entries first, then the others by provider and name. A wildcard becomes one entry per
 * model of that provider in the gateway's price table, both for the server's key and for people's own keys, because
 * `/model/info` gives the latter wrong names and no prices. Throws ZodError if the body does not look like LiteLLM's.
 */
export function parseCatalogue(source: CatalogueSource): CatalogueModel[] {
  const rows = modelInfoSchema.parse(source.modelInfo).data.flatMap((row) => {
    const parsed = rowSchema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
  const single: CatalogueModel[] = [];
  const groups = new Map<string, { provider: string; ownKey: boolean }>();
  const listed: Record<string, unknown> = {};
  for (const { model_name: id, model_info: info } of rows) {
    const mark = info.aideator;
    if (mark?.kind === 'model') {
      single.push(markedModel(id, mark, info));
      continue;
    }
    if (mark?.kind === 'wildcard') groups.set(`${mark.ownKey}:${mark.provider}`, mark);
    if (!id.startsWith(OWN_KEY_PREFIX)) {
      listed[id] = info;
      if (!mark && isOffered(id, info, source.today)) single.push(plainModel(id, info));
    }
  }
  const table = knownModels(source.costMap ?? listed, source.today);
  const expanded = [...groups.values()].flatMap(({ provider, ownKey }) =>
    (table.get(provider) ?? []).map((known) => wildcardModel(provider, known, ownKey)),
  );
  const unique = new Map([...single, ...expanded.sort(byProviderAndName)].map((model) => [model.id, model]));
  return [...unique.values()];
}

function knownModels(map: unknown, today: string): Map<string, Known[]> {
  const ids = new Map(PROVIDERS.map(({ id }) => [PROVIDER_ROUTES[id].litellmName, id as string]));
  const all = new Map<string, Map<string, Known>>();
  for (const [name, value] of Object.entries(costMapSchema.parse(map))) {
    const parsed = factsSchema.safeParse(value);
    const provider = ids.get((parsed.success && parsed.data.litellm_provider) || '');
    if (!parsed.success || provider === undefined || !isOffered(name, parsed.data, today)) continue;
    // Without a price it is not the provider's own model, but one that a config added under the provider's name.
    if (pricesOf(parsed.data).inputUsdPerMillion === undefined) continue;
    const prefix = name.startsWith(`${provider}/`)
      ? `${provider}/`
      : `${PROVIDER_ROUTES[provider as 'openai'].litellmName}/`;
    const id = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    const models = all.get(provider) ?? new Map<string, Known>();
    all.set(provider, models.set(id, { id, facts: parsed.data }));
  }
  return new Map([...all].map(([provider, models]) => [provider, withoutTwins(models)]));
}

/** Leaves out `x-2025-04-14` and `x-latest` where `x` exists, and second spellings of the same name. */
function withoutTwins(models: ReadonlyMap<string, Known>): Known[] {
  const names = new Set<string>();
  return [...models.values()].filter(({ id }) => {
    const name = id.slice(0, id.lastIndexOf('/') + 1) + displayName(id);
    if (names.has(name)) return false;
    names.add(name);
    const base = splitDate(id)?.base ?? (id.endsWith('-latest') ? id.slice(0, -'-latest'.length) : undefined);
    if (base === undefined) return true;
    return !models.has(base) && (id.endsWith('-latest') || !models.has(`${base}-latest`));
  });
}

const NO_CHAT =
  /^ft:|\/ft:|(^|[-/])(audio|tts|live|realtime|transcribe|search|image|embed|moderation|guard|safeguard|container|computer|robotics|lyria|fim|omni|customtools|bodybuilder|cyber|experimental)([-/]|$)|(^|\/)gemini-exp-|openrouter\/(auto|free)$|\/router$/;

function isOffered(id: string, facts: Facts, today: string): boolean {
  if (facts.mode !== 'chat' || NO_CHAT.test(id)) return false;
  return !facts.deprecation_date || facts.deprecation_date > today;
}

function markedModel(id: string, mark: ModelMark, facts: Facts): CatalogueModel {
  const { name, provider, providerName, description, systemText, temperature } = mark;
  const preset = {
    ...(systemText === undefined ? {} : { systemText }),
    ...(temperature === undefined ? {} : { parameters: { temperature } }),
  };
  return {
    ...describe(facts),
    id,
    name,
    provider,
    providerName,
    serverKey: true,
    ...(description === undefined ? {} : { description }),
    ...(mark.contextTokens === undefined ? {} : { contextTokens: mark.contextTokens }),
    ...(mark.outputTokensMax === undefined ? {} : { outputTokensMax: mark.outputTokensMax }),
    ...(Object.keys(preset).length === 0 ? {} : { preset }),
  };
}

function plainModel(id: string, facts: Facts): CatalogueModel {
  const litellmName = facts.litellm_provider ?? 'unknown';
  const known = PROVIDERS.find((each) => PROVIDER_ROUTES[each.id].litellmName === litellmName);
  return {
    ...describe(facts),
    id,
    name: displayName(id),
    provider: known?.id ?? litellmName,
    providerName: known?.name ?? displayName(litellmName),
    serverKey: true,
  };
}

function wildcardModel(provider: string, known: Known, ownKey: boolean): CatalogueModel {
  const providerName = PROVIDERS.find((each) => each.id === provider)?.name ?? provider;
  return {
    ...describe(known.facts),
    id: `${ownKey ? OWN_KEY_PREFIX : ''}${provider}/${known.id}`,
    name: displayName(known.id),
    provider,
    providerName,
    serverKey: !ownKey,
  };
}

function describe(facts: Facts): Pick<CatalogueModel, 'capabilities'> & Partial<CatalogueModel> {
  const { max_input_tokens: context, max_output_tokens: output } = facts;
  const firstTokenTimeoutSeconds = facts.first_token_timeout_seconds;
  const capabilities: CatalogueModel['capabilities'] = [];
  if (facts.supports_vision) capabilities.push('vision');
  if (facts.supports_function_calling) capabilities.push('tools');
  if (facts.supports_reasoning) capabilities.push('reasoning');
  if (facts.supports_response_schema) capabilities.push('json');
  if (facts.supports_web_search) capabilities.push('web_search');
  if (facts.supports_audio_input) capabilities.push('audio');
  return {
    capabilities,
    ...(context ? { contextTokens: context } : {}),
    ...(output ? { outputTokensMax: output } : {}),
    ...(firstTokenTimeoutSeconds ? { firstTokenTimeoutSeconds } : {}),
    ...pricesOf(facts),
  };
}

function byProviderAndName(a: CatalogueModel, b: CatalogueModel): number {
  const order = (model: CatalogueModel) => PROVIDERS.findIndex(({ id }) => id === model.provider);
  return (
    Number(b.serverKey) - Number(a.serverKey) ||
    order(a) - order(b) ||
    b.name.localeCompare(a.name, 'en', { numeric: true })
  );
}
