import { newId } from '@aideator/contract/ids';
import { runSpecSchema } from '@aideator/contract/run-spec';
import { expect, test } from 'vitest';
import { readRunSpec } from './spec.ts';

const RUN = { runId: newId('run'), attempt: 2 };
const SPEC = {
  v: 1,
  ...RUN,
  turnId: newId('turn'),
  responseId: newId('response'),
  model: 'own-key/openai/gpt-5.2',
  messages: [
    { role: 'system', content: '' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
  ],
  parameters: { temperature: 0.5, topP: 1, maxOutputTokens: 100 },
  gateway: { baseUrl: 'http://127.0.0.1:4000', apiKey: 'sk-x' },
  providerKey: 'sk-y',
  limits: {
    timeoutSeconds: 60,
    firstTokenTimeoutSeconds: 30,
    idleTimeoutSeconds: 30,
    answerBytesMax: 1024,
    triesMax: 3,
  },
};

test('a spec that the contract accepts is accepted, with and without optional fields', () => {
  const { providerKey: _, ...least } = { ...SPEC, parameters: {}, gateway: { baseUrl: 'https://gateway' } };
  for (const spec of [SPEC, least]) {
    expect(runSpecSchema.safeParse(spec).success).toBe(true);
    expect(readRunSpec(spec, RUN)).toEqual(spec);
  }
});

test('a spec that the contract refuses is refused with the name of the field', () => {
  for (const field of Object.keys(SPEC)) {
    for (const wrong of [null, 7.5, [], {}, '']) {
      const spec = { ...SPEC, [field]: wrong };
      if (runSpecSchema.safeParse(spec).success) continue;
      expect(readRunSpec(spec, RUN), `${field} ${JSON.stringify(wrong)}`).toBeTypeOf('string');
    }
  }
  expect(readRunSpec({ ...SPEC, messages: [{ role: 'tool', content: '' }] }, RUN)).toContain('messages');
});

test('a spec of another version or another run is refused', () => {
  expect(readRunSpec({ ...SPEC, v: 2 }, RUN)).toBe('The server speaks version 2, this runner 1.');
  for (const other of [{ attempt: 3 }, { runId: newId('run') }])
    expect(readRunSpec(SPEC, { ...RUN, ...other })).toBe('The run spec is for another run.');
});
