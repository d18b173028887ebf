import { describe, expect, it } from 'vitest';
import { responseView } from './testing/views.ts';
import { turnMarkdown } from './turn-markdown.ts';

const done = (position: number, text: string, more = {}) =>
  responseView(position, { status: 'completed', finishReason: 'stop', text, ...more });
const markdown = (...responses: ReturnType<typeof responseView>[]) =>
  turnMarkdown({ prompt: 'Why?', responses }, responses);

describe('a turn as Markdown', () => {
  it('has the prompt and one heading per model, in the order of the panels', () => {
    expect(markdown(done(0, 'Because.'), done(1, 'It is so.'))).toBe(
      '## Prompt\n\nWhy?\n\n## Model 0\n\nBecause.\n\n## Model 1\n\nIt is so.\n',
    );
  });

  it('takes the texts from the newest states', () => {
    expect(turnMarkdown({ prompt: 'p', responses: [responseView(0)] }, [done(0, 'newer')])).toContain(
      'newer',
    );
  });

  it('numbers the answers of one model that answered twice', () => {
    const twice = markdown(done(0, 'a', { modelName: 'Twin' }), done(1, 'b', { modelName: 'Twin' }));
    expect(twice).toContain('## Twin (1)\n\na\n\n## Twin (2)\n\nb');
  });

  it.each([
    [
      'running',
      responseView(0, { status: 'running', text: 'half' }),
      'half\n\n_This answer is not finished._',
    ],
    ['stopped', responseView(0, { status: 'cancelled', text: 'half' }), 'half\n\n_This answer was stopped._'],
    [
      'cut by its limit',
      done(0, 'half', { finishReason: 'length', outputTokensMax: 4096 }),
      'half\n\n_Cut at the output limit of 4,096 tokens._',
    ],
  ])('says that an answer is %s', (_, response, expected) => {
    expect(markdown(response)).toContain(expected);
  });

  it('says why a model did not answer', () => {
    const failed = responseView(0, { status: 'failed', error: { code: 'internal' } });
    expect(markdown(failed)).toMatch(/## Model 0\n\n_.+_\n$/);
  });

  it.each([
    ['```ts\nlet a', '```ts\nlet a\n```\n\n'],
    ['~~~~\n~~~\nstill code', 'still code\n~~~~\n\n'],
    ['```\na\n```\nafter', '```\na\n```\nafter\n\n'],
    ['```not a fence``` here', '```not a fence``` here\n\n'],
  ])('closes the code block that %j leaves open, and no other', (text, expected) => {
    expect(markdown(done(0, text), done(1, 'next'))).toContain(`${expected}## Model 1`);
  });
});
