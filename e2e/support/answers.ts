import type { ShownModel } from './models.ts';

export const PROMPT =
  'How do I keep a search field from sending a request on every key press? TypeScript, please.';
export const FOLLOW_UP = 'And how do I drop an answer that arrives after a newer one?';

export const SHOWN_MODELS: readonly ShownModel[] = [
  {
    id: 'openai/gpt-5.2-mini',
    name: 'GPT-5.2 mini',
    provider: 'openai',
    providerName: 'OpenAI',
    facts: { max_input_tokens: 400_000, input_cost_per_token: 0.25e-6, output_cost_per_token: 2e-6 },
  },
  {
    id: 'anthropic/claude-sonnet-4-6',
    name: 'Claude Sonnet 4.6',
    provider: 'anthropic',
    providerName: 'Anthropic',
    facts: { max_input_tokens: 1_000_000, input_cost_per_token: 3e-6, output_cost_per_token: 15e-6 },
  },
  { id: 'gemini/gemini-3-flash', name: 'Gemini 3 Flash', provider: 'gemini', providerName: 'Google' },
  { id: 'mistral/mistral-medium', name: 'Mistral Medium', provider: 'mistral', providerName: 'Mistral' },
  {
    id: 'deepseek/deepseek-chat-v3.2-speciale',
    name: 'DeepSeek Chat V3.2 Speciale',
    provider: 'deepseek',
    providerName: 'DeepSeek',
    facts: { input_cost_per_token: 0.28e-6, output_cost_per_token: 0.42e-6 },
  },
  { id: 'xai/grok-4-fast', name: 'Grok 4 Fast', provider: 'xai', providerName: 'xAI' },
];

/** One answer for each of the four preselected models, in their order. */
export const ANSWERS: readonly string[] = [
  `**Debounce** it: wait until the person has paused, then send one request.

\`\`\`ts
function debounce<A extends unknown[]>(
  fn: (...args: A) => void,
  waitMs: number,
) {
  let timer: ReturnType<typeof setTimeout>;
  return (...args: A) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), waitMs);
  };
}

const search = debounce(fetchResults, 250);
\`\`\`

A wait of **200–300 ms** feels immediate and still skips most requests.`,
  `There are three things to get right, and only the first is about timing.

1. **Wait for a pause.** A debounce of about 250 ms turns ten key presses into one request.
2. **Cancel the one before.** Otherwise a slow answer to \`"rea"\` can overwrite the answer to \`"react"\`.
3. **Skip what cannot match.** An empty or one-letter query is rarely worth a request.

\`\`\`ts
let abort = new AbortController();

const search = debounce(async (query: string) => {
  abort.abort();
  abort = new AbortController();
  const answer = await fetch(\`/search?q=\${encodeURIComponent(query)}\`, {
    signal: abort.signal,
  });
  show(await answer.json());
}, 250);
\`\`\`

The \`AbortController\` matters more than the delay: debouncing makes races rarer, cancelling makes them impossible.`,
  `Use a debounce. In short:

- Keep a timer per field
- Restart it on every \`input\` event
- Send the request when it runs out

| Wait | Feels | Requests |
|---|---|---|
| none | instant | 10 |
| 150 ms | instant | 3 |
| 300 ms | quick | 1 |
| 800 ms | slow | 1 |

**250 ms** is a good default. In React, \`useDeferredValue\` keeps typing smooth, but it does *not* reduce requests.`,
  `You want **debouncing**, not throttling: throttling would still send requests while the person types.

> Debounce: "call me when it has been quiet for a while."
> Throttle: "call me at most this often."

\`lodash.debounce\` does this in one line:

\`\`\`ts
input.addEventListener('input', debounce(onSearch, 250));
\`\`\`

Remember to call \`.cancel()\` when the component goes away.`,
];

export const FOLLOW_UP_ANSWER = `Number the requests, and let only the newest one speak:

\`\`\`ts
let newest = 0;

async function search(query: string): Promise<void> {
  const mine = ++newest;
  const results = await fetchResults(query);
  if (mine === newest) show(results);
}
\`\`\`

It is the safety net for whatever cannot be cancelled. Where \`fetch\` is used directly, aborting is better: it also frees the connection.`;
