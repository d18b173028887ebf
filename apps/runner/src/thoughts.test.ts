import { expect, test } from 'vitest';
import { seededRandom } from './testing/seeded-random.ts';
import { ThoughtSplitter } from './thoughts.ts';

interface Split {
  text: string;
  reasoning: string;
}

/** The result of the pieces when applied as a collector does. */
function split(pieces: readonly string[], prepare?: (splitter: ThoughtSplitter) => void): Split {
  const splitter = new ThoughtSplitter();
  prepare?.(splitter);
  const said: Split = { text: '', reasoning: '' };
  for (const piece of [...pieces.flatMap((each) => splitter.push(each)), ...splitter.end()]) {
    if (piece.type === 'moved') {
      said.reasoning += said.text;
      said.text = '';
    } else said[piece.type] += piece.text;
  }
  return said;
}

const THOUGHTS: Record<string, { given: string; reasoning: string; text: string }> = {
  'a block before the answer': { given: '<think>a b</think>c', reasoning: 'a b', text: 'c' },
  'white space around the tags': {
    given: '\n <think>\n a\n b \n</think>\n\n c \n',
    reasoning: 'a\n b',
    text: 'c \n',
  },
  'capitals, spaces and attributes': {
    given: '< THINK time="3" >a< / Think >\nc',
    reasoning: 'a',
    text: 'c',
  },
  thinking: { given: '<thinking>a</thinking>c', reasoning: 'a', text: 'c' },
  thought: { given: '<thought>a</thought>c', reasoning: 'a', text: 'c' },
  reasoning: { given: '<reasoning>a</reasoning>c', reasoning: 'a', text: 'c' },
  'marks of Magistral': { given: '[THINK]a[/THINK]c', reasoning: 'a', text: 'c' },
  'marks of Kimi': { given: '◁think▷a◁/think▷c', reasoning: 'a', text: 'c' },
  'marks of Command A': { given: '<|START_THINKING|>a<|END_THINKING|>c', reasoning: 'a', text: 'c' },
  'other tags within the thoughts': {
    given: '<think>a <b>bold</b> </thinking> a < b</think>c',
    reasoning: 'a <b>bold</b> </thinking> a < b',
    text: 'c',
  },
  'two blocks': { given: '<think>a</think>\n<think>b</think>\nc', reasoning: 'ab', text: 'c' },
  'an empty block': { given: '<think>\n\n</think>\n\nc', reasoning: '', text: 'c' },
  'an empty tag': { given: '<think/>c', reasoning: '', text: 'c' },
  'a block without its end': { given: '<think>a b', reasoning: 'a b', text: '' },
  'half of an end': { given: '<think>a</thi', reasoning: 'a</thi', text: '' },
  'tags within the answer after a block': {
    given: '<think>a</think>Use <think> and </think>\nwell.',
    reasoning: 'a',
    text: 'Use <think> and </think>\nwell.',
  },
  'a closing tag on a line of its own': { given: 'a.\nb\n</think>\n\nc', reasoning: 'a.\nb', text: 'c' },
  'a closing tag with the answer right after it': {
    given: 'so answer briefly.</think>391',
    reasoning: 'so answer briefly.',
    text: '391',
  },
  'a closing tag at the end of a sentence': { given: 'Done. </think>\nc', reasoning: 'Done.', text: 'c' },
  'a closing tag with CRLF': { given: 'a\r\n</think>\r\n\r\nc', reasoning: 'a', text: 'c' },
  'a closing tag at the very beginning': { given: '</think>\n\nc', reasoning: '', text: 'c' },
  'thoughts about a tag in code, and the closing tag': {
    given: 'They ask about `<think>`.\n</think>\nc',
    reasoning: 'They ask about `<think>`.',
    text: 'c',
  },
  'thoughts with a stray backtick': { given: 'a ` b\n</think>\nc', reasoning: 'a ` b', text: 'c' },
  'thoughts with a fence that is closed': {
    given: '```js\nx\n```\nok\n</think>\nc',
    reasoning: '```js\nx\n```\nok',
    text: 'c',
  },
};

const TEXTS: Record<string, string> = {
  'no tag': 'Hello, wörld!\n',
  'white space first': '\n\n  Hello ',
  'an angle bracket first': '<3 is less than <4',
  'another tag first': '<thinker>a</thinker>',
  'a comparison': 'if a < t and b > c',
  'half of a tag': '<thi',
  'tags in a sentence': 'Put it between <think> and </think>\nand go on.',
  'a closing tag in a sentence': 'It ends with </think> and then answers.',
  'a closing tag before a comma': 'After </think>, the answer comes.',
  'a closing tag in quotes': 'The mark is "</think>" here.',
  'a closing tag in bold': 'The mark is **</think>** here.',
  'a closing tag in code': 'The mark is `</think>`\nhere.',
  'a closing tag in longer code': 'The mark is ``a ` </think>`` here.',
  'a closing tag in a fence': '```\na\n</think>\nb\n```\nc',
  'a closing tag in a fence without an end': '~~~xml\na\n</think>\nb',
  'a closing tag in a fence of a list': '- x\n  ```\n  </think>\n  ```\n\nc',
  'a fence with both': 'See:\n\n```xml\n<think>\na\n</think>\nb\n```\n',
  'a closing tag with nothing after it': 'The whole answer.\n</think>\n\n',
  'a block that the answer shows': 'For example:\n<think>\na\n</think>\nThat is it.',
  'a tag in code first': '`<think>` opens the thoughts.\nThen `</think>`\ncloses them.',
};

const cuts = (text: string): string[][] => [
  [text],
  [...text],
  ...Array.from({ length: text.length - 1 }, (_, i) => [text.slice(0, i + 1), text.slice(i + 1)]),
];

test.each(Object.entries(THOUGHTS))(
  '%s: thoughts are split off, wherever the text is cut',
  (_, { given, ...expected }) => {
    for (const pieces of cuts(given)) expect(split(pieces), JSON.stringify(pieces)).toEqual(expected);
  },
);

test.each(Object.entries(TEXTS))('%s: all of it is the answer, wherever the text is cut', (_, text) => {
  for (const pieces of cuts(text))
    expect(split(pieces), JSON.stringify(pieces)).toEqual({ text, reasoning: '' });
});

test('a lone closing tag is text when the reasoning arrived apart from the content', () => {
  const text = 'It says\n</think>\nand goes on.';
  expect(split([text], (splitter) => splitter.sawReasoning())).toEqual({ text, reasoning: '' });
});

test('a token is passed on at once, and only white space and what may be a tag is held back', () => {
  const splitter = new ThoughtSplitter();
  expect(splitter.push('One')).toEqual([{ type: 'text', text: 'One' }]);
  expect(splitter.push(' two ')).toEqual([{ type: 'text', text: ' two' }]);
  expect(splitter.push('a </th')).toEqual([{ type: 'text', text: ' a' }]);
  expect(splitter.push('e')).toEqual([{ type: 'text', text: ' </the' }]);
});

test('the splitter holds back a bounded amount of text', () => {
  const splitter = new ThoughtSplitter();
  const given = `a${' '.repeat(50_000)}`;
  const passed = splitter
    .push(given)
    .reduce((sum, piece) => sum + ('text' in piece ? piece.text.length : 0), 0);
  expect(given.length - passed).toBeLessThanOrEqual(1_000);
  expect(split([' '.repeat(5_000), '<think>a</think>'])).toMatchObject({ reasoning: '' });
});

const seed = Number(process.env['THOUGHTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`no letter is lost or doubled, however tags and code are mixed (THOUGHTS_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const parts = [
    'a',
    'b. ',
    '\n',
    '`',
    '```\n',
    '<think>',
    '</think>',
    '</think>\n',
    '<',
    '[',
    ' ',
    '< /think>',
  ];
  const letters = (text: string): string => text.replace(/<\s?\/?think>|\s/g, '');
  for (let round = 0; round < 2_000; round += 1) {
    const pieces = Array.from(
      { length: 1 + Math.floor(random() * 14) },
      () => parts[Math.floor(random() * parts.length)] ?? '',
    );
    const whole = split([pieces.join('')]);
    expect(split(pieces), JSON.stringify(pieces)).toEqual(whole);
    expect(letters(whole.reasoning + whole.text), JSON.stringify(pieces)).toBe(letters(pieces.join('')));
  }
});
