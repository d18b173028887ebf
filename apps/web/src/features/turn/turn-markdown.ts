import type { ResponseState } from '@aideator/contract/frames';
import type { TurnView } from '@aideator/contract/views';
import { distinctNames } from '~/lib/distinct-names.ts';
import { endingNote, isRunning, lookOf, troubleOf } from './status-text.ts';

type Named = Pick<TurnView['responses'][number], 'responseId' | 'modelName'>;

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** The fence that ends an unfinished code block. Without it, whatever follows the text would become code. */
function missingFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const [, fence, info = ''] = FENCE.exec(line) ?? [];
    if (fence === undefined) continue;
    if (open === undefined) open = fence[0] === '`' && info.includes('`') ? undefined : fence;
    else if (fence[0] === open[0] && fence.length >= open.length && info.trim() === '') open = undefined;
  }
  return open;
}

function closed(text: string): string {
  const fence = missingFence(text);
  return fence === undefined ? text : `${text.trimEnd()}\n${fence}`;
}

/** Why the text is not a whole answer; undefined if it is one. */
function noteOf(state: ResponseState): string | undefined {
  const look = lookOf(state);
  if (isRunning(look)) return 'This answer is not finished.';
  if (look === 'cancelled') return 'This answer was stopped.';
  const note = endingNote(state);
  return troubleOf(state)?.title ?? (note && `${note}.`);
}

/** The prompt and all answers of a turn as Markdown, under one heading per model, in the order of the panels. */
export function turnMarkdown(
  { prompt, responses }: { prompt: string; responses: readonly Named[] },
  states: readonly ResponseState[],
): string {
  const names = distinctNames(responses.map(({ modelName }) => modelName));
  const answers = responses.map(({ responseId }, index) => {
    const state = states.find((each) => each.responseId === responseId);
    const note = state && noteOf(state);
    const parts = [`## ${names[index]}`, state && closed(state.text), note && `_${note}_`];
    return parts.filter(Boolean).join('\n\n');
  });
  return `${['## Prompt', closed(prompt), ...answers].join('\n\n')}\n`;
}
