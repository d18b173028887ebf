import type { RunRef } from '@aideator/contract/backend';
import { isStatus } from './api-error.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { isTerminal, linesOf, type RunLine, readLine } from './log-lines.ts';
import { backoffMs, pause } from './pause.ts';

/** In milliseconds. */
export interface LogTimes {
  /** A runner prints a line at least every 15 s: a connection that says nothing for this long is dead. */
  silenceMs: number;
  /** What a connection may go on for, silently, when the pod is over. */
  drainMs: number;
  /** Without a new line for this long the log is given up. */
  giveUpMs: number;
}

export interface FollowLogOptions {
  api: Pick<KubernetesApi, 'openLog'>;
  run: RunRef;
  pod: string;
  /** Aborts when nothing of the pod runs any more: what is there by then is all. */
  over: AbortSignal;
  signal: AbortSignal;
  times: LogTimes;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** `terminal`: the last line has come. `over`: the pod ended without it. `given_up`: the log could not be read. */
export type LogEnd = 'terminal' | 'over' | 'given_up' | 'aborted';

const RETRY = { baseMs: 100, capMs: 2_000 };
/** Added to the time since the last line: both clocks tick, and log times are cut to seconds. */
const SINCE_MARGIN_SECONDS = 30;
/** How often the rest of a pod that is over is tried. */
const REST_TRIES_MAX = 5;

/** How one reading of the log ended. */
type Reading = 'terminal' | 'end' | 'gap' | 'broken' | 'missing';

/**
 * All lines of a runner in order, each once, whatever the connections do: they break, end early or fall silent, and start
 * again somewhat before. Which lines are new is told by their numbers. Where numbers are missing the log is read once
 * from its start; if they still are, that is logged and the reading goes on.
 */
export async function* followLog(options: FollowLogOptions): AsyncGenerator<RunLine, LogEnd> {
  const follower = new LogFollower(options);
  for (let failures = 0; ; ) {
    const { nextSeq } = follower;
    const wasOver = options.over.aborted;
    const reading = yield* follower.read(!wasOver);
    if (options.signal.aborted) return 'aborted';
    if (reading === 'terminal') return 'terminal';
    if (reading === 'missing' || (wasOver && reading === 'end')) return 'over';
    if (reading === 'gap') continue;
    failures = follower.nextSeq > nextSeq ? 1 : failures + 1;
    if (wasOver && failures >= REST_TRIES_MAX) return 'over';
    if (follower.quietMs > options.times.giveUpMs) return 'given_up';
    await pause(backoffMs(failures, RETRY), options.signal);
  }
}

class LogFollower {
  readonly #options: FollowLogOptions;
  #nextSeq = 0;
  #lastLineAtMs = performance.now();
  /** The gap for which the log was read again. */
  #healedSeq: number | undefined;
  /** Of the next reading: until it has given a new line. */
  #fromStart = true;

  constructor(options: FollowLogOptions) {
    this.#options = options;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Since the last new line, without the time that its reader took. */
  get quietMs(): number {
    return performance.now() - this.#lastLineAtMs;
  }

  /** One connection's new lines. */
  async *read(follow: boolean): AsyncGenerator<RunLine, Reading> {
    const { api, pod, run, signal, times, over, log } = this.#options;
    try {
      const stream = await api.openLog({ pod, follow, ...this.#since() }, signal);
      for await (const text of linesOf(stream, { ...times, over })) {
        const line = readLine(text, run);
        if (!line) this.#noise(text);
        if (!line || line.seq < this.#nextSeq) continue;
        if (line.seq > this.#nextSeq && !this.#accepts(line.seq)) return 'gap';
        this.#nextSeq = line.seq + 1;
        this.#fromStart = false;
        yield line;
        this.#lastLineAtMs = performance.now();
        if (isTerminal(line)) return 'terminal';
      }
      return 'end';
    } catch (error) {
      if (isStatus(error, 404)) return 'missing';
      if (!signal.aborted) log('the log of a run broke off', { ...run, error: String(error) });
      return 'broken';
    }
  }

  /** Only the end of the log is read again, since all of it is known up to there. */
  #since(): { sinceSeconds?: number } {
    if (this.#fromStart) return {};
    return { sinceSeconds: Math.ceil(this.quietMs / 1_000) + SINCE_MARGIN_SECONDS };
  }

  /** False when the log is to be read from its start first. */
  #accepts(seq: number): boolean {
    const { run, log } = this.#options;
    const isHealed = this.#healedSeq === this.#nextSeq;
    log(isHealed ? 'lines of a run are missing' : 'lines of a run seem to be missing', {
      ...run,
      expected: this.#nextSeq,
      got: seq,
    });
    this.#healedSeq = this.#nextSeq;
    this.#fromStart = !isHealed;
    return isHealed;
  }

  /** What a node says for itself, such as "too many open files". */
  #noise(text: string): void {
    if (text.startsWith('{')) return;
    this.#options.log('a line that is none of the runner', {
      ...this.#options.run,
      line: text.slice(0, 200),
    });
  }
}
