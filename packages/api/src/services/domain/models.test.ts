import type { CatalogueModel } from '@aideator/contract/models';
import { describe, expect, test } from 'vitest';
import { chooseModels, modelsFor } from './models.ts';

const entry = (id: string, provider: string): CatalogueModel => ({
  id,
  name: id,
  provider,
  providerName: provider,
  capabilities: [],
  serverKey: !id.startsWith('own-key/'),
});

const catalogue = [
  entry('openai/x', 'openai'),
  entry('own-key/openai/x', 'openai'),
  entry('own-key/mistral/y', 'mistral'),
  entry('local/z', 'local'),
];

describe('the models of one person', () => {
  test.each([
    [[], ['openai/x:server', 'own-key/mistral/y:needed', 'local/z:server']],
    [['openai'], ['own-key/openai/x:own', 'own-key/mistral/y:needed', 'local/z:server']],
    [['mistral'], ['openai/x:server', 'own-key/mistral/y:own', 'local/z:server']],
  ])('with keys of %j are each once, %j', (providers, expected) => {
    const models = modelsFor(catalogue, new Set(providers));
    expect(models.map(({ id, key }) => `${id}:${key}`)).toEqual(expected);
  });

  test('that need a key are refused before anything is sent', () => {
    const models = modelsFor(catalogue, new Set());
    expect(() => chooseModels(models, ['own-key/mistral/y'])).toThrow(
      expect.objectContaining({ code: 'model_needs_key' }),
    );
  });

  test('whose server key was removed since they were chosen need the person’s key, and say so', () => {
    const models = modelsFor(catalogue, new Set());
    expect(() => chooseModels(models, ['mistral/y'])).toThrow(
      expect.objectContaining({ code: 'model_needs_key', detail: 'own-key/mistral/y' }),
    );
    expect(() => chooseModels(models, ['mistral/other'])).toThrow(
      expect.objectContaining({ code: 'model_unknown' }),
    );
  });

  test('that were chosen before the person added a key are called with it', () => {
    const models = modelsFor(catalogue, new Set(['openai']));
    expect(chooseModels(models, ['openai/x']).map(({ id }) => id)).toEqual(['own-key/openai/x']);
  });
});
