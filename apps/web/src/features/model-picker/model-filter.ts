import type { Model, ModelCapability } from '@aideator/contract/models';

export interface ModelGroup {
  provider: string;
  providerName: string;
  models: Model[];
}

export interface FilteredModels {
  groups: ModelGroup[];
  /** How many models matched, including those that were cut off. */
  matches: number;
}

/** Few enough rows to render at once. */
export const ROWS_MAX = 80;

function haystack(model: Model): string {
  return [
    model.name,
    model.id,
    model.providerName,
    model.provider,
    model.description ?? '',
    ...model.capabilities,
  ]
    .join(' ')
    .toLowerCase();
}

/** Usable models first, then by name. Digits are compared as numbers. */
function compareModels(a: Model, b: Model): number {
  const usable = Number(a.key === 'needed') - Number(b.key === 'needed');
  return usable || a.name.localeCompare(b.name, 'en', { numeric: true }) || a.id.localeCompare(b.id);
}

/** Local models first, then providers with usable models, then the others; each by name. */
function compareGroups(a: ModelGroup, b: ModelGroup): number {
  const rank = (group: ModelGroup) => {
    if (group.models.every((model) => model.key === 'needed')) return 2;
    return group.provider === 'local' ? 0 : 1;
  };
  return rank(a) - rank(b) || a.providerName.localeCompare(b.providerName, 'en');
}

/** The models in which every word of the query occurs, grouped by provider, at most `rowsMax` of them. */
export function filterModels(
  models: readonly Model[],
  query: string,
  rowsMax: number = ROWS_MAX,
): FilteredModels {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter((model) => {
    const text = haystack(model);
    return words.every((word) => text.includes(word));
  });
  const groups = Map.groupBy(found, (model) => model.provider);
  const ordered = [...groups].map(([provider, members]) => ({
    provider,
    providerName: members[0]?.providerName ?? provider,
    models: members.toSorted(compareModels),
  }));
  ordered.sort(compareGroups);
  let left = rowsMax;
  const cut: ModelGroup[] = [];
  for (const group of ordered) {
    if (left <= 0) break;
    cut.push({ ...group, models: group.models.slice(0, left) });
    left -= group.models.length;
  }
  return { groups: cut, matches: found.length };
}

/** `128k`, `1M`, `8k`. */
export function formatContext(tokens: number): string {
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(1))}M`;
  if (tokens >= 1_000) return `${Math.round(tokens / 1_000)}k`;
  return String(tokens);
}

/** USD per million tokens as decimal text: `$1.25`, `$0.075`, `free`. */
export function formatPrice(usdPerMillion: string): string {
  const usd = Number(usdPerMillion);
  if (!Number.isFinite(usd)) return '–';
  if (usd === 0) return 'free';
  return `$${usd >= 1 ? Number(usd.toFixed(2)) : Number(usd.toPrecision(2))}`;
}

/** The input and output price per million tokens; undefined when unknown. */
export function priceLine(model: Model): string | undefined {
  if (model.provider === 'local') return 'free, runs here';
  const { inputUsdPerMillion: input, outputUsdPerMillion: output } = model;
  if (input === undefined || output === undefined) return undefined;
  if (Number(input) === 0 && Number(output) === 0) return 'free';
  return `${formatPrice(input)} in, ${formatPrice(output)} out`;
}

const CAPABILITY_NAMES: Record<ModelCapability, string> = {
  vision: 'Vision',
  tools: 'Tools',
  reasoning: 'Reasoning',
  json: 'JSON',
  web_search: 'Web search',
  audio: 'Audio',
};

export function capabilityName(capability: ModelCapability): string {
  return CAPABILITY_NAMES[capability];
}
