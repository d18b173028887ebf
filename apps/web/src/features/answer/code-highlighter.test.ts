import { expect, test } from 'vitest';
import { highlightCode } from './code-highlighter.ts';

const CODE = "const answer = fetch('/x');\nlet timer: ReturnType<typeof setTimeout>;\nreturn timer;";

test('every line is coloured, also after many growing versions of the same code, and no text is lost', async () => {
  for (let end = 10; end < CODE.length; end += 7) await highlightCode(CODE.slice(0, end), 'ts');
  const lines = (await highlightCode(CODE, 'ts')) ?? [];
  expect(lines.map((tokens) => tokens.map(({ content }) => content).join('')).join('\n')).toBe(CODE);
  const keywords = ['const', 'let', 'return'].map((word) =>
    lines.flat().find(({ content }) => content.trim() === word),
  );
  const [first] = keywords;
  for (const keyword of keywords) expect(keyword?.htmlStyle).toEqual(first?.htmlStyle);
  expect(first?.htmlStyle).toHaveProperty('--shiki-light');
  expect(first?.htmlStyle).toHaveProperty('--shiki-dark');
});

test('a language that nobody knows is left plain', async () => {
  expect(await highlightCode(CODE, 'klingon')).toBeUndefined();
});
