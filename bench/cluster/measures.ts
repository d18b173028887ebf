import { setTimeout as delay } from 'node:timers/promises';
import type { HttpPerson } from '@aideator/api/testing/person';
import type { ResponseId } from '@aideator/contract/ids';
import type { TurnView } from '@aideator/contract/views';
import { MODELS, words } from '@aideator/e2e/cluster/scripts';
import type { ScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { straight } from '../straight.ts';
import type { Runs, WrittenLine } from './runs.ts';
import { type Arrival, type ViewedTurn, viewTurn } from './view-turn.ts';

const FIRST_TOKEN_MS = 500;
/** Number of tokens of each answer whose lines are measured. */
const TOKENS = 300;
const TOKENS_PER_SECOND = 50;
/** The bench reads logs while runners run, so each answer continues this long after its measured part. */
const READ_SECONDS = 3;
/** Pause between the end of a turn's last pod and the next turn. */
const PAUSE_MS = 1_000;

export interface Program {
  gateway: ScriptedGateway;
  runs: Runs;
  /** A person connected to the web pod that collects; turns are submitted there. */
  collecting: HttpPerson;
  /** The same person connected to the other web pod. */
  other: HttpPerson;
}

export interface Starts {
  /** From the submit of a turn to the creation of each Job. */
  toJobMs: number[];
  /** From the creation of the Job to the runner's first line: by containerd's timestamp, and by the runner's own clock. */
  toLineMs: number[];
  toOwnLineMs: number[];
  /** From the submit to the first text in a subscription at the pod that does not collect. */
  toTextMs: number[];
  /** From a direct call to the gateway to its first token. */
  straightMs: number[];
}

/** Submits turns with these models at once. Each answer begins after 500 ms. */
export async function measureStarts(program: Program, models: string[], rounds: number): Promise<Starts> {
  const tokensPerSecond = 20;
  const count = READ_SECONDS * tokensPerSecond;
  play(program.gateway, { count, tokensPerSecond, firstTokenMs: FIRST_TOKEN_MS });
  const { baseUrl } = program.gateway;
  const all: Starts = { toJobMs: [], toLineMs: [], toOwnLineMs: [], toTextMs: [], straightMs: [] };
  for (let round = 0; round < rounds; round += 1) {
    all.straightMs.push(...(await Promise.all(models.map((model) => straight(baseUrl, model)))));
    const viewed = await viewTurn({
      asks: program.collecting,
      watches: program.other,
      models,
      midway: { characters: 1, act: (turn) => linesOf(program.runs, turn) },
    });
    for (const [responseId, lines] of viewed.midway) {
      const [line] = lines;
      const createdMs = await program.runs.createdMs(responseId);
      const [text] = viewed.arrivals.get(responseId) ?? [];
      if (!line || !text) throw new Error('an answer without a line or text');
      all.toJobMs.push(createdMs - viewed.submittedMs);
      all.toLineMs.push(line.atMs - createdMs);
      all.toOwnLineMs.push(line.ownMs - createdMs);
      all.toTextMs.push(text.atMs - viewed.submittedMs);
    }
    await ended(program.runs, viewed.turn);
  }
  return all;
}

/** For each line with text: from containerd's timestamp to the arrival of the text at the viewer. */
export async function measureLines(program: Program, watches: HttpPerson, rounds: number): Promise<number[]> {
  const count = TOKENS + READ_SECONDS * TOKENS_PER_SECOND;
  play(program.gateway, { count, tokensPerSecond: TOKENS_PER_SECOND });
  const characters = words('a', TOKENS).length;
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const act = (turn: TurnView) => linesOf(program.runs, turn);
    const asks = program.collecting;
    const viewed = await viewTurn({ asks, watches, models: MODELS, midway: { characters, act } });
    all.push(...lineTimes(viewed));
    await ended(program.runs, viewed.turn);
  }
  return all;
}

export interface Stops {
  /** From Stop to the end of each gateway call. */
  toAbortMs: number[];
  /** From Stop to the end of each pod. */
  toGoneMs: number[];
}

/** Stops four streaming answers at once. */
export async function measureStops(program: Program, rounds: number): Promise<Stops> {
  const { gateway, runs, collecting, other } = program;
  play(gateway, { count: 400, tokensPerSecond: 20 });
  const all: Stops = { toAbortMs: [], toGoneMs: [] };
  for (let round = 0; round < rounds; round += 1) {
    const act = async ({ id }: TurnView) => {
      const stoppedMs = performance.now();
      const calls = gateway.requests.slice(-MODELS.length);
      const aborts = calls.map(({ clientGone }) => clientGone.then(() => performance.now() - stoppedMs));
      await other.cancel(id);
      all.toAbortMs.push(...(await Promise.all(aborts)));
      return stoppedMs;
    };
    const midway = { characters: 20, act };
    const viewed = await viewTurn({ asks: collecting, watches: other, models: MODELS, midway });
    if (viewed.states.some(({ status }) => status !== 'cancelled'))
      throw new Error('an answer was not stopped');
    for (const goneMs of await ended(runs, viewed.turn)) all.toGoneMs.push(goneMs - viewed.midway);
  }
  return all;
}

function play(
  gateway: ScriptedGateway,
  { count, ...times }: { count: number; tokensPerSecond: number; firstTokenMs?: number },
): void {
  for (const model of MODELS) gateway.setScript(model, { text: words(model, count), ...times });
}

/** Keyed by response id. */
async function linesOf(runs: Runs, turn: TurnView): Promise<Map<ResponseId, WrittenLine[]>> {
  const entries = turn.responses.map(
    async ({ responseId }): Promise<[ResponseId, WrittenLine[]]> => [
      responseId,
      await runs.lines(responseId),
    ],
  );
  return new Map(await Promise.all(entries));
}

function lineTimes({ midway, arrivals }: ViewedTurn<Map<ResponseId, WrittenLine[]>>): number[] {
  return [...midway].flatMap(([responseId, lines]) => timesOf(lines, arrivals.get(responseId) ?? []));
}

function timesOf(lines: readonly WrittenLine[], arrivals: readonly Arrival[]): number[] {
  let characters = 0;
  return lines.flatMap(({ event, atMs }) => {
    if (event.type !== 'delta' || !event.text) return [];
    characters += event.text.length;
    const whole = arrivals.find((arrival) => arrival.characters >= characters);
    if (!whole) throw new Error('a line whose text did not arrive');
    if (whole.atMs < atMs)
      throw new Error(
        `a text came ${atMs - whole.atMs} ms before it was written: there are two clocks, or the clock was changed`,
      );
    return whole.atMs - atMs;
  });
}

/** Waits until all pods of a turn are gone, plus a short pause. Returns the time at which each pod was gone. */
async function ended(runs: Runs, turn: TurnView): Promise<number[]> {
  const goneMs = await Promise.all(turn.responses.map(({ responseId }) => runs.goneMs(responseId)));
  await delay(PAUSE_MS);
  return goneMs;
}
