import { isRecord } from './json.ts';

/** The text and reasoning of one chunk or message. */
export interface Content {
  text: string;
  reasoning: string;
}

const REASONING_TYPE = /think|reason|thought/i;

/** The text within a value of any nesting: a string, a list, or a record that wraps one. */
function innerText(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (depth > 4) return '';
  if (Array.isArray(value)) return value.map((each) => innerText(each, depth + 1)).join('');
  if (!isRecord(value)) return '';
  for (const key of ['text', 'thinking', 'reasoning', 'summary', 'content', 'value']) {
    const text = innerText(value[key], depth + 1);
    if (text !== '') return text;
  }
  return '';
}

/** `content` of a delta or a message: text, or typed parts, some of which may be reasoning. */
export function readContent(content: unknown): Content {
  if (typeof content === 'string') return { text: content, reasoning: '' };
  const parts = Array.isArray(content) ? content : [content];
  let text = '';
  let reasoning = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    if (!isRecord(part)) continue;
    const type = typeof part.type === 'string' ? part.type : '';
    if (REASONING_TYPE.test(type) || part.thought === true) reasoning += innerText(part);
    else text += innerText(part.text);
  }
  return { text, reasoning };
}

/** Keys of reasoning apart from the content. Some gateways send two of them, so the first non-empty one counts. */
const REASONING_KEYS = ['reasoning_content', 'reasoning', 'thinking', 'reasoning_details', 'thinking_blocks'];

/** The text and reasoning of a delta or a message. */
export function readMessage(message: Record<string, unknown>): Content {
  const { text, reasoning } = readContent(message.content);
  let beside = '';
  for (const key of REASONING_KEYS) {
    beside = innerText(message[key]);
    if (beside !== '') break;
  }
  return {
    text: text === '' ? innerText(message.refusal) : text,
    reasoning: beside === '' ? reasoning : beside,
  };
}

/** The names of the tools that a delta or a message calls. */
export function readToolNames(message: Record<string, unknown>): string[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [message.function_call];
  const parts = Array.isArray(message.content) ? message.content : [];
  const uses = parts.filter((part) => isRecord(part) && part.type === 'tool_use');
  return [...calls, ...uses].flatMap((call) => {
    if (!isRecord(call)) return [];
    const name = isRecord(call.function) ? call.function.name : call.name;
    return typeof name === 'string' && name !== '' ? [name] : [];
  });
}
