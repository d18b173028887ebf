import { setTimeout as delay } from 'node:timers/promises';
import { type HttpPerson, signUp } from '@aideator/api/testing/person';
import { machine } from './machine.ts';
import { type Stack, startStack } from './stack.ts';
import { quantile } from './stats.ts';

/**
 * Measures how long one person's calls take while another person opens 200 live event streams, as a ratio within one run.
 * Prints a table and exits with 1 when the goal is missed.
 */
const STREAMS = 200;
const MODELS = ['a', 'b', 'c', 'd', 'e', 'f'];
const SECONDS = 10;
const GOAL = 5;

async function callTimes(
  person: HttpPerson,
  sessionId: Parameters<HttpPerson['session']>[0],
): Promise<number[]> {
  const times: number[] = [];
  const untilMs = performance.now() + SECONDS * 1_000;
  while (performance.now() < untilMs) {
    const startedMs = performance.now();
    await person.session(sessionId);
    times.push(performance.now() - startedMs);
    await delay(20);
  }
  return times;
}

/** Reads a stream until it ends in any way: beyond the limit the oldest stream is cut. */
async function read(person: HttpPerson, turnId: Parameters<HttpPerson['events']>[0]): Promise<number> {
  let events = 0;
  try {
    for await (const _ of person.events(turnId)) events += 1;
  } catch {
    // Cut or refused.
  }
  return events;
}

async function measure(stack: Stack) {
  for (const model of MODELS)
    stack.gateway.setScript(model, { text: 'word '.repeat(3_000), tokensPerSecond: 50 });
  const [busy, calm] = [await signUp(stack.url), await signUp(stack.url)];
  const own = await calm.submit(['a'], 'Why?');
  await calm.cancel(own.id);
  const turn = await busy.submit(MODELS, 'Why?');
  const alone = await callTimes(calm, own.sessionId);
  const streams = Array.from({ length: STREAMS }, () => read(busy, turn.id));
  await delay(2_000);
  const crowded = await callTimes(calm, own.sessionId);
  await busy.cancel(turn.id);
  const events = (await Promise.all(streams)).reduce((sum, count) => sum + count, 0);
  return { alone: quantile(alone, 0.95), crowded: quantile(crowded, 0.95), events };
}

const stack = await startStack();
try {
  const { alone, crowded, events } = await measure(stack);
  const ratio = crowded / alone;
  console.log(machine());
  console.log(
    `calls of another person, p95: ${crowded.toFixed(0)} ms with ${STREAMS} streams ÷ ${alone.toFixed(0)} ms without = ` +
      `${ratio.toFixed(2)} (goal ≤ ${GOAL}); ${events} events were sent`,
  );
  if (ratio > GOAL) process.exitCode = 1;
} finally {
  await stack[Symbol.asyncDispose]();
}
