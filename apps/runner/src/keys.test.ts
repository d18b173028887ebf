import { expect, test } from 'vitest';
import { only, openBench, runHere, TOKEN } from './testing/harness.ts';

/** A key without a shape that the redactor could recognise. */
const PERSON = 'q7Rk2mWz9XtLb4VnHs6YpDc3';
const GATEWAY = 'hV8jT5gKc1ZoNx7EwUq0Sa2M';

const spec = {
  model: 'own-key/mistral/small',
  providerKey: PERSON,
  gateway: { baseUrl: 'http://127.0.0.1:9', apiKey: GATEWAY },
};

test('no key of the person, the gateway or the run is left in an error, whatever its shape', async () => {
  const message = `refused ${PERSON} by ${GATEWAY} for ${TOKEN}, as ${PERSON.slice(3, 17)}`;
  await using bench = await openBench({ error: { status: 401, body: { error: { message } } } });
  const { gateway } = bench;
  await using one = await openBench(
    {},
    { spec: { ...spec, gateway: { ...spec.gateway, baseUrl: gateway.baseUrl } } },
  );
  const { events } = await runHere(one);
  const { result } = one.callback.handOvers[0] ?? {};
  const everything = JSON.stringify([events, result]);
  for (const secret of [PERSON, GATEWAY, TOKEN])
    for (let at = 0; at + 8 <= secret.length; at += 1)
      expect(everything).not.toContain(secret.slice(at, at + 8));
  expect(only(events, 'failed').error.detail).toMatch(/^refused \[key …pDc3\] by /);
});

test('a key in the name of the answering model is redacted, and the name is cut', async () => {
  const chunk = {
    model: `served-by-${PERSON}-${'x'.repeat(500)}`,
    choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }],
  };
  await using upstream = await openBench({ raw: [`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`] });
  const gateway = { ...spec.gateway, baseUrl: upstream.gateway.baseUrl };
  await using bench = await openBench({}, { spec: { ...spec, gateway } });
  expect((await runHere(bench)).code).toBe(0);
  const { answeredBy } = bench.callback.handOvers[0]?.result ?? {};
  expect(answeredBy).toMatch(/^served-by-\[key/);
  expect(answeredBy).not.toContain(PERSON.slice(0, 8));
  expect(answeredBy?.length).toBeLessThanOrEqual(300);
});
