import type { Citation } from '@aideator/contract/citations';
import type { Usage } from '@aideator/contract/run-event';
import { readCitations } from './citations.ts';
import { type Content, readContent, readMessage, readToolNames } from './content.ts';
import { type Finish, readFinish } from './finish.ts';
import { isRecord } from './json.ts';
import { readUsage } from './usage.ts';

/** The contents of one chunk of a chat completion, or of a whole completion. */
export interface Chunk {
  text?: string;
  /** `text` is the whole message so far, not a piece of it. */
  isWhole?: true;
  reasoning?: string;
  finish?: Finish;
  usage?: Usage;
  model?: string;
  citations?: Citation[];
  tools?: string[];
  /** An error that a server sends instead of a chunk or within one. */
  error?: unknown;
}

type Fields = Record<string, unknown>;

const recordOr = (value: unknown): Fields => (isRecord(value) ? value : {});

/** Null, false, an empty text and an empty record mean that there is no error. */
function isError(value: unknown): boolean {
  if (isRecord(value)) return Object.keys(value).length > 0;
  return Array.isArray(value) || (typeof value === 'string' && value !== '') || value === true;
}

/** The requested choice. Some servers send others too, which are ignored. */
function choiceOf(value: Fields): Fields {
  const choices = Array.isArray(value.choices) ? value.choices.filter(isRecord) : [];
  return choices.find((choice) => Number(choice.index ?? 0) === 0) ?? {};
}

/** The error of a chunk, wherever it is: in its place, at its top, or in its choice. */
function errorOf(value: Fields, choice: Fields): unknown {
  if (isError(value.error)) return value.error;
  if (value.object === 'error' || value.type === 'error') return value;
  if (isError(choice.error)) return choice.error;
  const saysNothing = !Array.isArray(value.choices) && value.usage === undefined && !isRecord(value.message);
  const isBare = saysNothing && (isError(value.detail) || isError(value.message));
  return isBare ? value : undefined;
}

interface Said extends Content {
  isWhole: boolean;
}

/** The contents of the choice: in `delta`, or in `message` or `text` from servers that mix up the two forms. */
function saidIn(value: Fields, choice: Fields): Said {
  if (isRecord(choice.delta)) {
    const said = readMessage(choice.delta);
    if (said.text !== '' || said.reasoning !== '') return { ...said, isWhole: false };
  }
  const message = isRecord(choice.message) ? choice.message : recordOr(value.message);
  const whole = readMessage(message);
  if (whole.text !== '' || whole.reasoning !== '') return { ...whole, isWhole: true };
  return { ...readContent(choice.text), isWhole: false };
}

/** Reads a parsed chunk or completion. Undefined if it is neither. */
export function readChunkValue(value: unknown): Chunk | undefined {
  if (!isRecord(value)) return undefined;
  const choice = choiceOf(value);
  const delta = recordOr(choice.delta);
  const message = isRecord(choice.message) ? choice.message : recordOr(value.message);
  const { text, reasoning, isWhole } = saidIn(value, choice);
  const error = errorOf(value, choice);
  const finish = readFinish(choice.finish_reason ?? choice.finishReason);
  const usage = readUsage(value.usage) ?? readUsage(choice.usage) ?? readUsage(recordOr(value.x_groq).usage);
  const citations = readCitations(value, choice, delta, message);
  const tools = [...readToolNames(delta), ...readToolNames(message)];
  return {
    ...(text === '' ? {} : { text }),
    ...(text !== '' && isWhole ? { isWhole: true } : {}),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(finish === undefined ? {} : { finish }),
    ...(usage === undefined ? {} : { usage }),
    ...(typeof value.model === 'string' && value.model !== '' ? { model: value.model } : {}),
    ...(citations.length === 0 ? {} : { citations }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Reads the data of one event. Undefined if it is not a chunk; the rest of the stream cannot be trusted then. */
export function readChunk(data: string): Chunk | undefined {
  try {
    return readChunkValue(JSON.parse(data));
  } catch {
    return undefined;
  }
}
