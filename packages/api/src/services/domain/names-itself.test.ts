import { expect, test } from 'vitest';
import { type ModelNames, namesItself } from './names-itself.ts';

const GPT: ModelNames = {
  modelId: 'openai/gpt-5.2-mini',
  modelName: 'GPT-5.2 mini',
  answeredBy: 'gpt-5.2-mini-2026-01-10',
  provider: 'openai',
  providerName: 'OpenAI',
};
const LLAMA: ModelNames = {
  modelId: 'own-key/openrouter/meta/llama-4',
  modelName: 'Llama 4',
  answeredBy: null,
  provider: 'openrouter',
  providerName: 'OpenRouter',
};

test.each([
  ['As GPT-5.2 mini, I cannot.', GPT],
  ['I am gpt 5.2 mini.', GPT],
  ['I am ChatGPT.', GPT],
  ['trained by openai', GPT],
  ['**OpenAI**’s models', GPT],
  ['This is gpt-5.2-mini-2026-01-10.', GPT],
  ['LLaMA is my name', LLAMA],
])('%s', (text, model) => {
  expect(namesItself(text, model)).toBe(true);
});

test('other models, parts of words and who serves a model do not count', () => {
  expect(namesItself('Claude by Anthropic is another model; egpt and gpts are no words.', GPT)).toBe(false);
  expect(namesItself('Sent by OpenRouter.', LLAMA)).toBe(false);
  expect(namesItself('', GPT)).toBe(false);
});

test('ordinary words do not count', () => {
  const command = { modelId: 'x1', modelName: 'Command R', answeredBy: null, provider: null };
  expect(namesItself('Run this command: ls', command)).toBe(false);
  expect(namesItself('I am Command R.', command)).toBe(true);
});

test('names with characters that mean something in an expression are found as they are', () => {
  const odd = { modelId: 'y1', modelName: 'C++ (beta)*', answeredBy: null, provider: null };
  expect(namesItself('about nothing', odd)).toBe(false);
  const local = {
    modelId: 'local/s',
    modelName: 'SmolLM2 · precise (temp 0.1)',
    answeredBy: null,
    provider: 'local',
  };
  expect(namesItself('about nothing', local)).toBe(false);
  expect(namesItself('I am SmolLM2 · precise (temp 0.1).', local)).toBe(true);
});
