import { fillerText, type Script, type ScriptedError } from './script.ts';

const MARK = 'scripted/';
const DEFAULT_TOKENS = 40;

/**
 * Parses a script from a model's name, so that a request needs no setup:
 * `scripted/ttft=500&tps=50&tokens=200`. Anything before `scripted/` is ignored (`openai/scripted/…`).
 * Commas work as well, but not through LiteLLM, which reads a comma as a list of models.
 *
 * | Key | Means |
 * |---|---|
 * | `ttft` | milliseconds to the first token |
 * | `tps` | tokens per second |
 * | `tokens`, `seed` | how many tokens of text (default 40), and which text |
 * | `think` | tokens of reasoning before the text |
 * | `usage` | `once`, `missing`, `twice` |
 * | `finish` | finish_reason |
 * | `done` | `0`: no `[DONE]` |
 * | `stall`, `reset`, `close` | silence, TCP reset, clean end after this many chunks |
 * | `error` | HTTP status instead of a stream |
 * | `failfirst` | statuses of the first calls, `429+503+reset` |
 * | `retryafter` | seconds, as the header of those errors |
 *
 * Returns undefined if the name contains no script. Throws on an unknown key or value.
 */
export function scriptFromName(model: string): Script | undefined {
  const at = model.lastIndexOf(MARK);
  if (at < 0) return undefined;
  const values = new Map<string, string>();
  for (const part of model.slice(at + MARK.length).split(/[&,]/)) {
    if (part === '') continue;
    const [key = '', value = ''] = part.split('=');
    if (!KEYS.has(key)) throw new Error(`unknown key "${key}" in model name "${model}"`);
    values.set(key, value);
  }
  return toScript(values);
}

const KEYS = new Set(
  'ttft tps tokens seed think usage finish done stall reset close error failfirst retryafter'.split(' '),
);

function toScript(values: ReadonlyMap<string, string>): Script {
  const number = (key: string): number | undefined => {
    const value = values.get(key);
    if (value === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`"${key}" needs a number, got "${value}"`);
    return Number(value);
  };
  const failure = (status: number): ScriptedError => {
    const seconds = number('retryafter');
    return seconds === undefined ? { status } : { status, headers: { 'retry-after': String(seconds) } };
  };
  const seed = number('seed') ?? 0;
  const script: Script = { text: fillerText(number('tokens') ?? DEFAULT_TOKENS, seed) };
  const set = <K extends keyof Script>(key: K, value: Script[K] | undefined) => {
    if (value !== undefined) script[key] = value;
  };
  set('firstTokenMs', number('ttft'));
  set('tokensPerSecond', number('tps'));
  const thinking = number('think');
  if (thinking !== undefined) script.reasoning = fillerText(thinking, seed + 1);
  set('usage', usageOf(values.get('usage')));
  set('finishReason', values.get('finish'));
  if (values.get('done') === '0') script.done = false;
  set('stallAfterChunks', number('stall'));
  set('resetAfterChunks', number('reset'));
  set('closeAfterChunks', number('close'));
  const status = number('error');
  if (status !== undefined) script.error = failure(status);
  const first = values.get('failfirst');
  if (first !== undefined) {
    script.failFirst = first.split('+').map((each) => (each === 'reset' ? each : failure(Number(each))));
  }
  return script;
}

function usageOf(value: string | undefined): 'once' | 'missing' | 'twice' | undefined {
  if (value === undefined || value === 'once' || value === 'missing' || value === 'twice') return value;
  throw new Error(`"usage" is once, missing or twice, got "${value}"`);
}
