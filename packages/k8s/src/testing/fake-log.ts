import type { IncomingMessage, ServerResponse } from 'node:http';
import { reset } from './connections.ts';

/** What one connection to a log does after that many lines. */
export type LogFault =
  | { type: 'reset'; afterLines: number }
  | { type: 'end'; afterLines: number }
  | { type: 'silent'; afterLines: number }
  | { type: 'status'; status: number; message: string }
  /** Omits lines, by their place in the log. */
  | { type: 'without'; lines: readonly number[] };

export interface LogRequest {
  follow: boolean;
  sinceSeconds: number | undefined;
}

/** The log of one pod. The test adds its lines and sets the faults of the connections to it. */
export class FakeLog {
  readonly requests: LogRequest[] = [];
  /** One fault per connection, in order. Later connections work. */
  faults: LogFault[] = [];
  /** A request for the last seconds starts this many lines before the end, if the lines have no age. */
  linesSince = 3;
  readonly #lines: string[] = [];
  /** When lines were written, by their place in the log. Lines without an age are missing. */
  readonly #writtenAtMs = new Map<number, number>();
  readonly #readers = new Set<() => void>();
  #isOver = false;

  add(...lines: string[]): void {
    this.#lines.push(...lines);
    this.#notify();
  }

  /** Adds lines that were written some time ago but are delivered only now. */
  addOld(ageSeconds: number, ...lines: string[]): void {
    const writtenAtMs = performance.now() - ageSeconds * 1_000;
    for (const at of lines.keys()) this.#writtenAtMs.set(this.#lines.length + at, writtenAtMs);
    this.add(...lines);
  }

  end(): void {
    this.#isOver = true;
    this.#notify();
  }

  /** How many connections are open now. */
  get readers(): number {
    return this.#readers.size;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const query = new URL(request.url ?? '', 'http://test').searchParams;
    const since = query.get('sinceSeconds');
    const follow = query.get('follow') === 'true';
    this.requests.push({ follow, sinceSeconds: since === null ? undefined : Number(since) });
    const fault = this.faults.shift();
    if (fault?.type === 'status') {
      response.writeHead(fault.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', code: fault.status, message: fault.message }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    this.#follow(response, {
      fault,
      follow,
      from: since === null ? 0 : this.#firstSince(Number(since)),
    });
  }

  #firstSince(seconds: number): number {
    if (this.#writtenAtMs.size === 0) return this.#lines.length - this.linesSince;
    const sinceMs = performance.now() - seconds * 1_000;
    const first = this.#lines.findIndex((_, at) => (this.#writtenAtMs.get(at) ?? sinceMs) >= sinceMs);
    return first < 0 ? this.#lines.length : first;
  }

  #follow(
    response: ServerResponse,
    how: { fault: LogFault | undefined; follow: boolean; from: number },
  ): void {
    const { fault } = how;
    const without = new Set(fault?.type === 'without' ? fault.lines : []);
    const limit = fault && 'afterLines' in fault ? fault.afterLines : Number.POSITIVE_INFINITY;
    let next = Math.max(0, how.from);
    let given = 0;
    const write = (): void => {
      for (; next < this.#lines.length && given < limit; next += 1) {
        if (without.has(next)) continue;
        response.write(`${this.#lines[next]}\n`);
        given += 1;
      }
      if (given >= limit) this.#fail(response, fault);
      else if (this.#isOver || !how.follow) response.end();
    };
    this.#readers.add(write);
    response.on('close', () => this.#readers.delete(write));
    write();
  }

  #fail(response: ServerResponse, fault: LogFault | undefined): void {
    if (fault?.type === 'end') response.end();
    // The data that was written must leave first.
    if (fault?.type === 'reset') response.write('', () => response.socket && reset(response.socket));
  }

  #notify(): void {
    for (const write of [...this.#readers]) write();
  }
}
