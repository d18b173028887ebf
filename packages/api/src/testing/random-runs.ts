import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Backend,
  type BackendEvent,
  type RunRef,
  type RunToStart,
  runKey,
} from '@aideator/contract/backend';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { ApiDeps } from '../deps.ts';
import { claimRun } from '../services/collection/claim-run.ts';
import { completeRun } from '../services/collection/record-run.ts';
import type { Random } from './random.ts';

const WORDS = ['alpha ', 'beta\n', '🦊 ', 'Δ', '漢字', '"quoted" ', 'a', ' '];
const PIECES_MAX = 120;

/** A run with its log, which outlives every collector. */
interface RandomRun {
  lines: string[];
  isOver: boolean;
  changed: PromiseWithResolvers<void>;
}

/**
 * Runs without processes. Each claims, prints a random log at a random pace, and may or may not hand over its result.
 * Followers lose some lines.
 */
export class RandomRuns implements Backend {
  readonly name = 'kubernetes';
  readonly #runs = new Map<string, RandomRun>();
  readonly #random: Random;
  readonly #deps: () => ApiDeps;
  readonly #working: Promise<void>[] = [];

  constructor(random: Random, deps: () => ApiDeps) {
    this.#random = random;
    this.#deps = deps;
  }

  async start(run: RunToStart): Promise<void> {
    if (this.#runs.has(runKey(run))) return;
    const made: RandomRun = { lines: [], isOver: false, changed: Promise.withResolvers() };
    this.#runs.set(runKey(run), made);
    this.#working.push(this.#work(run, made, this.#random.fork()));
  }

  async *follow(ref: RunRef, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const run = this.#runs.get(runKey(ref));
    const random = this.#random.fork();
    for (let i = 0; run && !signal.aborted; ) {
      const line = run.lines[i];
      if (line !== undefined) {
        i += 1;
        if (!random.chance(0.01)) yield { type: 'line', line };
      } else if (run.isOver) break;
      else await Promise.race([run.changed.promise, aborted(signal)]);
    }
    if (!signal.aborted) yield { type: 'exit', exitCode: 0 };
  }

  async cancel(): Promise<void> {}
  async forget(): Promise<void> {}

  async list(): Promise<RunRef[]> {
    return [];
  }

  async close(): Promise<void> {
    await Promise.all(this.#working);
  }

  async #work(run: RunToStart, made: RandomRun, random: Random): Promise<void> {
    const deps = this.#deps();
    const { runId, attempt, token } = run;
    const proof = { v: PROTOCOL_VERSION, runId, attempt, token, nonce: randomBytes(16).toString('hex') };
    await claimRun(deps, proof);
    let seq = 0;
    const print = (event: object): void => {
      const line = { v: PROTOCOL_VERSION, runId, attempt, seq, at: new Date().toISOString(), ...event };
      seq += 1;
      made.lines.push(JSON.stringify(line));
      made.changed.resolve();
      made.changed = Promise.withResolvers();
    };
    print({ type: 'started', model: run.model });
    const { text, reasoning } = await printPieces(print, random);
    const textSha256 = createHash('sha256').update(text, 'utf8').digest('hex');
    const result = { text, reasoning, textSha256, timings: { totalMs: 5 } };
    const recorded = random.chance(0.8);
    if (recorded) {
      const outcome = { status: 'completed' as const, finishReason: 'stop' as const };
      await completeRun(deps, { ...proof, result: { ...result, outcome } });
    }
    print({ type: 'completed', finishReason: 'stop', recorded, textSha256, timings: result.timings });
    made.isOver = true;
    made.changed.resolve();
  }
}

async function printPieces(
  print: (event: object) => void,
  random: Random,
): Promise<{ text: string; reasoning: string }> {
  let [text, reasoning] = ['', ''];
  for (let left = random.between(0, PIECES_MAX); left > 0; left -= 1) {
    const piece = Array.from({ length: random.between(1, 20) }, () => random.pick(WORDS)).join('');
    if (random.chance(0.25)) {
      reasoning += piece;
      print({ type: 'delta', reasoning: piece });
    } else {
      text += piece;
      print({ type: 'delta', text: piece });
    }
    if (random.chance(0.02)) print({ type: 'heartbeat' });
    if (random.chance(0.5)) await delay(random.between(0, 12));
  }
  return { text, reasoning };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
