/** Answers that are hard to render in a narrow panel, one kind each. */
export const HARD_ANSWERS: readonly string[] = [
  `## Long lines of code

\`\`\`python
def levenshtein(first: str, second: str, *, insert_cost: int = 1, delete_cost: int = 1, replace_cost: int = 1) -> int:
    previous = list(range(0, (len(second) + 1) * insert_cost, insert_cost))
    for row, left in enumerate(first, start=1):
        current = [row * delete_cost]
        for column, right in enumerate(second, start=1):
            current.append(min(previous[column] + delete_cost, current[-1] + insert_cost, previous[column - 1] + (0 if left == right else replace_cost)))
        previous = current
    return previous[-1]
\`\`\`

Run it with \`python -m pytest --maxfail=1 --disable-warnings tests/test_levenshtein.py\`, then:

\`\`\`sh
curl -sS -X POST https://example.org/api/v2/distances?first=kitten&second=sitting -H 'content-type: application/json' --data '{}'
\`\`\`

1. First
   - nested
     1. deeper
        - deepest of all
2. Second, with a paragraph below it

   That belongs to it.
- [x] done
- [ ] to do`,
  `A table wider than any panel, and mathematics as text.

| Algorithm | Time, average | Time, worst | Memory | Stable | Remarks |
|:--|:-:|:-:|--:|:-:|:--|
| Quicksort | O(n log n) | O(n²) | O(log n) | no | fast in practice, bad pivots hurt |
| Mergesort | O(n log n) | O(n log n) | O(n) | yes | the choice for linked lists |
| Heapsort | O(n log n) | O(n log n) | O(1) | no | in place, but jumps about in memory |
| Timsort | O(n log n) | O(n log n) | O(n) | yes | finds runs that are sorted already |

The sum is $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$, and with limits:

$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$$

So x₁ ≤ x₂ ≤ … ≤ xₙ, and ∀ε > 0 ∃δ > 0.`,
  `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is one word. So is
pneumonoultramicroscopicsilicovolcanoconiosis, and this address has no place to break:
https://example.org/a/very/long/path/that/goes/on/and/on/without/any/space/until/it/ends?with=a&query=too

ThisIdentifierWasWrittenBySomebodyWhoDidNotBelieveInAbbreviationsAtAllAndKeptOnTypingUntilTheLineWasFull

Emoji: 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇪🇺 👍🏽 1️⃣ ❤️‍🔥 and a row of them: 🟥🟧🟨🟩🟦🟪⬛⬜🟥🟧🟨🟩🟦🟪⬛⬜🟥🟧🟨🟩🟦🟪

日本語の文章は単語の間に空白がないので、どこで改行されるかが問題になります。句読点の前では改行されません。

##### A small heading

> Quoted
>
> > and quoted in it

---

H~2~O, E = mc^2^, <kbd>Ctrl</kbd>+<kbd>C</kbd>, ~~gone~~, **bold _and italic_**.`,
  `## إجابة من اليمين إلى اليسار

هذه فقرة باللغة العربية تُقرأ من اليمين إلى اليسار، وفيها كلمة English في الوسط ورقم 1234.

- النقطة الأولى
- النقطة الثانية مع \`code\` داخلها

1. أولاً
2. ثانياً

> اقتباس قصير

\`\`\`js
const greeting = 'مرحبا';
\`\`\`

שלום עולם, זו פסקה בעברית.`,
];

/** An answer that overflows every panel. */
export const LONG_ANSWER = Array.from(
  { length: 14 },
  (_, i) =>
    `${i === 0 ? 'It begins here. ' : ''}Paragraph ${i + 1} goes on about the same thing in other words, as answers do, and takes its time to come to the point that was asked about.`,
).join('\n\n');
