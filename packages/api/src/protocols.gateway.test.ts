import type { ResponseState } from '@aideator/contract/frames';
import { PROVIDERS } from '@aideator/contract/models';
import { gatewayConfig } from '@aideator/gateway/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from './testing/harness.ts';
import { type LitellmHarness, startLitellmHarness } from './testing/litellm-harness.ts';
import { type RawProvider, type RawReply, startRawProvider } from './testing/raw-provider.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { compare, stored, type Viewer, watch } from './testing/turns.ts';

/** Broken streams of each provider's protocol, through the real LiteLLM and the whole program. */
let provider: RawProvider;
let gateway: LitellmHarness;
let ann: Member;

const KEY_STARTS: Readonly<Record<string, string>> = {
  anthropic: 'sk-ant-',
  groq: 'gsk_',
  xai: 'xai-',
  openrouter: 'sk-or-',
};
const OLLAMA = 'ollama/llama';

beforeAll(async () => {
  provider = await startRawProvider();
  const { baseUrl } = provider;
  const pathOf: Record<string, string> = { anthropic: '', gemini: '', cohere: '/v2/chat' };
  const apiBases = Object.fromEntries(PROVIDERS.map(({ id }) => [id, `${baseUrl}${pathOf[id] ?? '/v1'}`]));
  const config = gatewayConfig({ serverKeys: [], apiBases });
  const ollama = {
    model_name: OLLAMA,
    litellm_params: { model: 'ollama_chat/llama', api_base: baseUrl },
    model_info: {},
  };
  gateway = await startLitellmHarness({
    config: JSON.stringify({ ...config, model_list: [...config.model_list, ollama] }),
    moreModels: [scriptedModel(OLLAMA)],
  });
  ann = await gateway.harness.member();
  for (const { id } of PROVIDERS) {
    await ann.call.providerKey.set({
      provider: id,
      key: `${KEY_STARTS[id] ?? 'sk-'}${'0123456789'.repeat(4)}`,
    });
  }
}, 600_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
});

/** The final state of a response of the provider's first model after this reply. What is stored equals it. */
async function sent(
  name: string,
  reply: RawReply,
  onState: (state: ResponseState) => void = () => undefined,
): Promise<ResponseState> {
  provider.setReply(reply);
  const isOf = ({ id }: { id: string }) => id === name || id.startsWith(`own-key/${name}/`);
  const model = gateway.models.find(isOf);
  if (!model) throw new Error(`no model of ${name}`);
  const { turn } = await compare(ann, [model.id]);
  const onEvent = (viewer: Viewer): void => onState(viewer.state(0));
  const state = (await watch(gateway.harness, ann, { turnId: turn.id, onEvent })).state(0);
  const { firstTokenMs: _, firstTextMs: __, ...shown } = state;
  expect((await stored(ann, turn)).responses[0]).toMatchObject(shown);
  return state;
}

interface ProtocolScript {
  providers: readonly string[];
  /** What comes before and with a text. */
  text: (text: string) => string;
  /** The end of an answer for this reason. */
  end: (reason: string) => string;
  stop: string;
  error: string;
  /** Reasons that make no whole answer, with the code of the failure. */
  reasons: ReadonlyArray<[reason: string, code: string]>;
  type?: string;
}

const sse = (value: object, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`;
const typed = (value: { type: string; [member: string]: unknown }): string => sse(value, value.type);
const gemini = (candidate: object): string =>
  sse({
    candidates: [{ index: 0, ...candidate }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  });
const openai = (delta: object, finish: string | null): string =>
  sse({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const ollama = (content: string, more: object): string =>
  `${JSON.stringify({ model: 'llama', message: { role: 'assistant', content }, done: false, ...more })}\n`;

const PROTOCOLS: Readonly<Record<string, ProtocolScript>> = {
  'Anthropic Messages': {
    providers: ['anthropic'],
    text: (text) =>
      typed({
        type: 'message_start',
        message: { id: 'm', role: 'assistant', content: [], usage: { input_tokens: 10, output_tokens: 1 } },
      }) +
      typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
      typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    end: (reason) =>
      typed({ type: 'content_block_stop', index: 0 }) +
      typed({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 5 } }) +
      typed({ type: 'message_stop' }),
    stop: 'end_turn',
    error: typed({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded now' } }),
    reasons: [
      ['refusal', 'content_filtered'],
      ['pause_turn', 'finish_unknown'],
    ],
  },
  Gemini: {
    providers: ['gemini'],
    text: (text) => gemini({ content: { role: 'model', parts: [{ text }] } }),
    end: (reason) => gemini({ finishReason: reason }),
    stop: 'STOP',
    error: sse({ error: { code: 503, message: 'Overloaded now', status: 'UNAVAILABLE' } }),
    reasons: [
      ['SAFETY', 'content_filtered'],
      ['MALFORMED_FUNCTION_CALL', 'finish_unknown'],
    ],
  },
  'Cohere v2': {
    providers: ['cohere'],
    text: (text) =>
      typed({ type: 'message-start', delta: { message: { role: 'assistant' } } }) +
      typed({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } }),
    end: (reason) =>
      typed({
        type: 'message-end',
        delta: { finish_reason: reason, usage: { tokens: { input_tokens: 10, output_tokens: 5 } } },
      }),
    stop: 'COMPLETE',
    error: typed({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'Overloaded now' } }),
    reasons: [
      ['ERROR_TOXIC', 'content_filtered'],
      ['TOOL_CALL', 'tool_called'],
    ],
  },
  'OpenAI-compatible': {
    providers: ['openai', 'mistral', 'groq', 'deepseek', 'xai', 'openrouter'],
    text: (content) => openai({ role: 'assistant', content }, null),
    end: (reason) =>
      openai({}, reason) +
      sse({
        id: 'c',
        created: 1,
        model: 'm',
        choices: [],
        usage: { prompt_tokens: 10, completion_tokens: 5 },
      }) +
      'data: [DONE]\n\n',
    stop: 'stop',
    error: `${sse({ error: { message: 'Overloaded now', code: 503 } })}data: [DONE]\n\n`,
    reasons: [
      ['content_filter', 'content_filtered'],
      ['network_error', 'gateway_error'],
    ],
  },
  Ollama: {
    providers: [OLLAMA],
    text: (text) => ollama(text, {}),
    end: (reason) => ollama('', { done: true, done_reason: reason, prompt_eval_count: 10, eval_count: 5 }),
    stop: 'stop',
    error: `${JSON.stringify({ error: 'Overloaded now' })}\n`,
    reasons: [['unload', 'finish_unknown']],
    type: 'application/x-ndjson',
  },
};

const cases = Object.entries(PROTOCOLS).flatMap(([protocol, script]) =>
  script.providers.map((name) => ({ protocol, name, ...script })),
);

describe.each(cases)('$name ($protocol)', ({ name, text, end, stop, error, reasons, type }) => {
  const reply = (...writes: string[]): RawReply => ({ writes, ...(type && { type }) });

  test('a whole answer is completed, with its usage', async () => {
    expect(await sent(name, reply(text('Grüße'), end(stop)))).toMatchObject({
      status: 'completed',
      text: 'Grüße',
      usage: { inputTokens: 10, outputTokens: 5 },
    });
  });

  test('an error in the middle fails with its words, and the text is kept', async () => {
    const state = await sent(name, reply(text('Some'), error));
    expect(state).toMatchObject({ status: 'failed', text: 'Some', error: { code: 'gateway_error' } });
    expect(state.error?.detail).toBe('Overloaded now');
  });

  test('a stream that just stops fails, and the text is kept', async () => {
    expect(await sent(name, reply(text('Some')))).toMatchObject({
      status: 'failed',
      text: 'Some',
      error: { code: 'stream_broken', detail: 'The stream ended without a finish reason.' },
    });
  });

  test('a connection that breaks fails, and the text is kept', async () => {
    const isShown = Promise.withResolvers<void>();
    const cut = { ...reply(text('Some')), cutAfter: isShown.promise };
    const state = await sent(name, cut, (shown) => {
      if (shown.text === 'Some') isShown.resolve();
    });
    expect(state).toMatchObject({ status: 'failed', text: 'Some' });
  });

  test.each(reasons)(
    'an answer that ends with %s fails as %s, and the text is kept',
    async (reason, code) => {
      const kept = code === 'tool_called' ? '' : 'Some';
      const state = await sent(name, reply(text(kept), end(reason)));
      expect(state).toMatchObject({ status: 'failed', text: kept, error: { code } });
    },
  );

  test('a web page with status 200 is named as one', async () => {
    const page = '<!doctype html><html><head><title>Log in</title></head></html>';
    expect(await sent(name, { writes: [page], type: 'text/html' })).toMatchObject({
      status: 'failed',
      text: '',
      error: { code: 'web_page_received', detail: 'Its title is "Log in".' },
    });
  });
});
