import { type Script, type ScriptedError, type ScriptedUsage, tokenize } from './script.ts';

/** The fields that all chunks of a reply share. */
export interface ChunkHead {
  id: string;
  model: string;
  created: number;
}

export interface ReplyPlan {
  /** One per piece of reasoning or text, as server-sent events. */
  pieces: string[];
  /** The events after the last piece: finish_reason, usage, `[DONE]`. */
  tail: string;
}

/** Turns a script into server-sent events. */
export function planReply(
  script: Script,
  head: ChunkHead,
  body: Readonly<Record<string, unknown>>,
): ReplyPlan {
  const thinking = reasoningOf(script);
  const texts = textsOf(script);
  const deltas = [
    ...thinking.map((piece) => ({ reasoning_content: piece })),
    ...texts.map((piece) => ({ content: piece })),
  ];
  const pieces = deltas.map((delta, i) =>
    event(head, [
      { index: 0, delta: i === 0 ? { role: 'assistant', ...delta } : delta, finish_reason: null },
    ]),
  );
  const usage = asksForUsage(body) ? usageOf(script, body) : [];
  const tail = [
    event(head, [{ index: 0, delta: {}, finish_reason: script.finishReason ?? 'stop' }]),
    ...usage.map((each) => event(head, [], each)),
    script.done === false ? '' : 'data: [DONE]\n\n',
  ].join('');
  return { pieces, tail };
}

/** The reply to a request without `stream: true`. */
export function wholeReply(
  script: Script,
  head: ChunkHead,
  body: Readonly<Record<string, unknown>>,
): unknown {
  if (script.nonStreamingBody !== undefined) return script.nonStreamingBody;
  const reasoning = reasoningOf(script).join('');
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: textsOf(script).join(''),
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        },
        finish_reason: script.finishReason ?? 'stop',
      },
    ],
    ...(script.usage === 'missing' ? {} : { usage: usageOf(script, body)[0] }),
  };
}

/** The body of an HTTP error. */
export function errorBody(error: ScriptedError, authorization: string | undefined): unknown {
  if (error.body !== undefined) return error.body;
  const key = authorization?.replace(/^Bearer /, '') ?? '';
  const [type, message] =
    error.status === 401
      ? ['invalid_request_error', `Incorrect API key provided: ${key}.`]
      : error.status === 429
        ? [
            'rate_limit_error',
            `Rate limit reached. Please try again in ${error.headers?.['retry-after'] ?? 1}s.`,
          ]
        : ['server_error', `The scripted gateway answers ${error.status}.`];
  return { error: { message, type, param: null, code: error.status === 401 ? 'invalid_api_key' : null } };
}

function event(head: ChunkHead, choices: unknown[], usage?: unknown): string {
  const chunk = { ...head, object: 'chat.completion.chunk', choices, ...(usage ? { usage } : {}) };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function reasoningOf(script: Script): string[] {
  if (script.reasoning === undefined) return [];
  return typeof script.reasoning === 'string' ? tokenize(script.reasoning) : script.reasoning;
}

function textsOf(script: Script): string[] {
  return script.chunks ?? tokenize(script.text ?? '');
}

function usageOf(script: Script, body: Readonly<Record<string, unknown>>): ScriptedUsage[] {
  if (script.usage === 'missing') return [];
  if (typeof script.usage === 'object') return [script.usage];
  const prompt = tokenize(JSON.stringify(body.messages ?? '')).length;
  const thinking = reasoningOf(script).length;
  const completion = textsOf(script).length + thinking;
  const usage: ScriptedUsage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(thinking === 0 ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
  };
  return script.usage === 'twice' ? [usage, usage] : [usage];
}

function asksForUsage(body: Readonly<Record<string, unknown>>): boolean {
  const options = body.stream_options;
  return (
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true
  );
}
