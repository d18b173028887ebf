import { setTimeout as delay } from 'node:timers/promises';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import { machine } from './machine.ts';
import { type Stack, startStack } from './stack.ts';
import { median, quantile } from './stats.ts';
import { straight } from './straight.ts';

/**
 * Measures what the program adds between the gateway and the person, as ratios within one run: first token through the whole
 * program ÷ straight from the gateway, slowest of six models ÷ one model, and events per token. Prints a table and exits with
 * 1 when a goal is missed.
 */
const MODELS = ['a', 'b', 'c', 'd', 'e', 'f'];
const FIRST_TOKEN_MS = 500;
const ROUNDS = 10;
/** Pause between turns, like a person who reads. The backend prewarms runners for the next turn meanwhile. */
const PAUSE_MS = 2_500;
const TOKENS = 150;

interface Watched {
  /** Milliseconds from the submit to the event with the first text, per response. */
  firstTokenMs: number[];
  events: number;
}

async function watchTurn(person: HttpPerson, modelIds: string[]): Promise<Watched> {
  await delay(PAUSE_MS);
  const startedMs = performance.now();
  const turn = await person.submit(modelIds, 'Why is the sky blue?');
  const firstTokenMs = new Map<string, number>();
  let states: readonly ResponseState[] = [];
  let events = 0;
  for await (const { event, atMs } of person.events(turn.id)) {
    events += 1;
    states = applyTurnEvent(states, event);
    for (const { responseId, text } of states) {
      if (text && !firstTokenMs.has(responseId)) firstTokenMs.set(responseId, atMs - startedMs);
    }
    if (event.type === 'done') break;
  }
  const bad = states.find(({ status }) => status !== 'completed');
  if (bad) throw new Error(`a response ended as ${bad.status}: ${JSON.stringify(bad.error)}`);
  return { firstTokenMs: [...firstTokenMs.values()], events };
}

async function measure(stack: Stack): Promise<{ name: string; value: number; goal: number; note: string }[]> {
  const words = Array.from({ length: TOKENS }, (_, i) => `word${i}`).join(' ');
  for (const model of MODELS)
    stack.gateway.setScript(model, { text: words, tokensPerSecond: 50, firstTokenMs: FIRST_TOKEN_MS });
  const person = await signUp(stack.url);
  await watchTurn(person, MODELS.slice(0, 4));

  const quick = (model: string) =>
    stack.gateway.setScript(model, { text: 'one two three', firstTokenMs: FIRST_TOKEN_MS });
  for (const model of MODELS) quick(model);
  const direct: number[] = [];
  const through: number[] = [];
  const alone: number[] = [];
  const slowest: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    direct.push(
      ...(await Promise.all(MODELS.slice(0, 4).map((model) => straight(stack.gateway.baseUrl, model)))),
    );
    through.push(...(await watchTurn(person, MODELS.slice(0, 4))).firstTokenMs);
    alone.push(...(await watchTurn(person, MODELS.slice(0, 1))).firstTokenMs);
    slowest.push(Math.max(...(await watchTurn(person, MODELS)).firstTokenMs));
  }
  for (const model of MODELS) stack.gateway.setScript(model, { text: words, tokensPerSecond: 50 });
  const { events } = await watchTurn(person, MODELS);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const p50 = `p50 ${ms(median(through))}, p95 ${ms(quantile(through, 0.95))}; straight p50 ${ms(median(direct))}`;
  return [
    {
      name: 'first token, 4 models ÷ straight',
      value: median(through) / median(direct),
      goal: 1.25,
      note: p50,
    },
    {
      name: 'slowest of 6 ÷ one model',
      value: median(slowest) / median(alone),
      goal: 1.2,
      note: `p50 ${ms(median(slowest))} ÷ ${ms(median(alone))}`,
    },
    {
      name: 'events per token, 6 × 50 tokens/s',
      value: events / (MODELS.length * TOKENS),
      goal: 0.12,
      note: `${events} events for ${MODELS.length * TOKENS} tokens`,
    },
  ];
}

await using stack = await startStack();
const rows = await measure(stack);
console.log(`${machine()}, ${ROUNDS} rounds\n`);
console.log('| What | Ratio | Goal | Measured |\n|---|---|---|---|');
for (const { name, value, goal, note } of rows)
  console.log(`| ${name} | ${value.toFixed(3)} | ≤ ${goal} | ${note} |`);
process.exitCode = rows.every(({ value, goal }) => value <= goal) ? 0 : 1;
