import { type Tour, whole } from './tour.ts';

const chunk = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...more })}\n\n`;

const TEXT = `## The tower

It is 330 m high[1] and opened in 1889[2]. **「高い」**です。一步一步来，**「稳」**最重要。

| Part | Height | Steps |
|---|---|---|
| First floor | 57 m | 347 |
| Second floor | 115 m | 674 |

Its mass is \\(m \\approx 10\\,100\\ \\text{t}\\), so that[^wind]

$$
p = \\frac{F}{A} = \\frac{m g}{4\\,a^2} \\approx 4.5\\ \\text{kg/cm}^2
$$

\`\`\`ts
const parts: Map<string, number> = new Map([['first', 57]]);
\`\`\`

It costs $5 and $10, \`<your-ticket>\` included.

[^wind]: Without wind, which adds a tenth.
`;

const SCRIPT = {
  raw: [
    chunk({
      delta: {
        reasoning_content: 'Height first, then the mass. The pressure needs the area of the four feet.',
      },
    }),
    chunk(
      { delta: { content: TEXT } },
      {
        citations: ['https://example.org/tower', 'https://example.com/history'],
        search_results: [{ url: 'https://example.org/tower', title: 'The tower in figures' }],
      },
    ),
    chunk({ delta: {}, finish_reason: 'stop' }),
  ],
};

/** An answer with thoughts, a table, formulas, code, Chinese and Japanese, a footnote and sources; beside others and alone. */
export async function wholeAnswer(tour: Tour): Promise<void> {
  const { chat, page } = tour;
  tour.play((text, index) => (index === 0 ? SCRIPT : whole(text, index)));
  await tour.ask('How high is it?');
  await chat.done(4);
  await chat.panels
    .first()
    .getByRole('button', { name: /^Thought/ })
    .click();
  await tour.shoot('37-whole-answer');
  if (!tour.isSmall) {
    await page.getByRole('button', { name: /^Read alone: GPT/ }).click();
    await page.getByRole('button', { name: 'All answers', exact: true }).waitFor();
    await tour.shoot('38-whole-answer-alone');
  }
  const answer = chat.panels.first().getByRole('group', { name: /^Answer of/ });
  await answer.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
  await tour.shoot('39-whole-answer-end');
}
