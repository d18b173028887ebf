import { expect, it } from 'vitest';
import { isWebAddress, sourceName } from './source-name.ts';

it('names a source by its title, or by its address without what is the same everywhere', () => {
  expect(sourceName({ url: 'https://example.org/tower', title: 'Tower' })).toEqual({
    title: 'Tower',
    host: 'example.org',
  });
  expect(sourceName({ url: 'https://www.example.org/history/' })).toEqual({
    title: 'example.org/history',
    host: 'www.example.org',
  });
  expect(sourceName({ url: `https://example.org/${'x'.repeat(200)}` }).title).toHaveLength(80);
});

it('makes a link of http and https alone', () => {
  expect(['https://example.org', 'HTTP://EXAMPLE.ORG/a'].map(isWebAddress)).toEqual([true, true]);
  expect(['javascript:alert(1)', 'data:text/html,x', 'mailto:a@b.c', 'nothing'].map(isWebAddress)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
