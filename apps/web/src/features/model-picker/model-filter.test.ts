import type { Model } from '@aideator/contract/models';
import { describe, expect, it } from 'vitest';
import { filterModels, formatContext, formatPrice, priceLine, ROWS_MAX } from './model-filter.ts';

const model = (id: string, more: Partial<Model> = {}): Model => ({
  id,
  name: id,
  provider: 'openai',
  providerName: 'OpenAI',
  capabilities: [],
  key: 'server',
  ...more,
});
const ids = (models: Model[], query = '') =>
  filterModels(models, query).groups.flatMap((group) => group.models.map((found) => found.id));

describe('filtering models', () => {
  it('finds every word anywhere: name, id, provider, capability', () => {
    const models = [
      model('gpt-5-mini', { name: 'GPT-5 mini', capabilities: ['vision'] }),
      model('gpt-5', { name: 'GPT-5' }),
      model('claude', { provider: 'anthropic', providerName: 'Anthropic', capabilities: ['vision'] }),
    ];
    expect(ids(models, 'openai VISION')).toEqual(['gpt-5-mini']);
    expect(ids(models, 'vision')).toEqual(['claude', 'gpt-5-mini']);
    expect(ids(models, 'nothing')).toEqual([]);
  });

  it('puts usable models first, and providers that need a key last', () => {
    const models = [
      model('a', { key: 'needed' }),
      model('b'),
      model('x', { provider: 'anthropic', providerName: 'Anthropic', key: 'needed' }),
      model('l', { provider: 'local', providerName: 'On this server' }),
    ];
    expect(ids(models)).toEqual(['l', 'b', 'a', 'x']);
  });

  it('orders versions as numbers', () => {
    expect(ids([model('m-10'), model('m-9')])).toEqual(['m-9', 'm-10']);
  });

  it('returns a bounded number of rows and the number of matches', () => {
    const many = Array.from({ length: 900 }, (_, index) =>
      model(`m${index}`, { provider: `p${index % 3}`, providerName: `P${index % 3}` }),
    );
    const { groups, matches } = filterModels(many, '');
    expect(matches).toBe(900);
    expect(groups.flatMap((group) => group.models)).toHaveLength(ROWS_MAX);
  });
});

describe('figures of a model', () => {
  it.each([
    [512, '512'],
    [8_192, '8k'],
    [128_000, '128k'],
    [1_000_000, '1M'],
    [1_048_576, '1M'],
    [1_500_000, '1.5M'],
  ])('a window of %d tokens reads %s', (tokens, text) => expect(formatContext(tokens)).toBe(text));

  it.each([
    ['0', 'free'],
    ['1.25', '$1.25'],
    ['0.075', '$0.075'],
    ['15', '$15'],
    ['junk', '–'],
  ])('%s USD reads %s', (usd, text) => expect(formatPrice(usd)).toBe(text));

  it('are free for local models and missing if unknown', () => {
    expect(priceLine(model('a', { provider: 'local' }))).toBe('free, runs here');
    expect(priceLine(model('a', { inputUsdPerMillion: '0', outputUsdPerMillion: '0' }))).toBe('free');
    expect(priceLine(model('a', { inputUsdPerMillion: '1', outputUsdPerMillion: '2' }))).toBe(
      '$1 in, $2 out',
    );
    expect(priceLine(model('a'))).toBeUndefined();
  });
});
