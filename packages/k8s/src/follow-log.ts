import type { RunRef } from '@aideator/contract/backend';
import { isStatus } from './api-error.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { isTerminal, linesOf, type RunLine, readLine } from './log-lines.ts';
import { backoffMs, pause } from './pause.ts';

/** All in milliseconds. */
export interface LogTimes {
  /** A connection without a line for this long is dead: a runner prints one at least every 15 s. */
  silenceMs: number;
  /** The same limit once the pod has ended. */
  drainMs: number;
  /** The log is given up after this long without a new line. */
  giveUpMs: number;
}

export interface FollowLogOptions {
  api: Pick<KubernetesApi, 'openLog'>;
  run: RunRef;
  pod: string;
  /** Aborts when the pod has ended: the log gets no more lines. */
  over: AbortSignal;
  signal: AbortSignal;
  times: LogTimes;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** `terminal`: the last line was read. `over`: the pod ended without a last line. `given_up`: the log could not be read. */
export type LogEnd = 'terminal' | 'over' | 'given_up' | 'aborted';

const RETRY = { baseMs: 100, capMs: 2_000 };
/** Added to the time since the last line: a line may arrive long after it was written, and log times have whole seconds. */
const SINCE_MARGIN_SECONDS = 30;
/** How often reading the log of an ended pod may fail. */
const REST_TRIES_MAX = 5;

/** How one connection to the log ended. */
type Reading = 'terminal' | 'end' | 'gap' | 'broken' | 'missing';

/**
 * Yields all lines of a runner in order, each once. Connections may break, end early or fall silent; a new one starts a little
 * before the last line. The numbers of the lines tell which of them are new. If numbers are missing, the log is read once
 * more from its start. If they are still missing, that is logged and reading continues.
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
  /** The first missing number for which the log was read again. */
  #healedSeq: number | undefined;
  /** True if the next connection must start at the beginning of the log. */
  #fromStart = true;

  constructor(options: FollowLogOptions) {
    this.#options = options;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Milliseconds since the last new line, without the time that the consumer took. */
  get quietMs(): number {
    return performance.now() - this.#lastLineAtMs;
  }

  /** Yields the new lines of one connection. */
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
      if (!signal.aborted) log('reading the log of a run failed', { ...run, err: error });
      return 'broken';
    }
  }

  /** All lines up to the last one are known, so only the end of the log is read again. */
  #since(): { sinceSeconds?: number } {
    if (this.#fromStart) return {};
    return { sinceSeconds: Math.ceil(this.quietMs / 1_000) + SINCE_MARGIN_SECONDS };
  }

  /** Returns false if the log must be read from its start first. */
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

  /** Logs a message of the node itself, such as "too many open files". */
  #noise(text: string): void {
    if (text.startsWith('{')) return;
    this.#options.log('a log line is not from the runner', {
      ...this.#options.run,
      line: text.slice(0, 200),
    });
  }
}
