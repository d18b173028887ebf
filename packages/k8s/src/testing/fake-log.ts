import type { IncomingMessage, ServerResponse } from 'node:http';

/** What one connection to a log does after it has given so many lines. `whole`: until the log ends. */
export type LogFault =
  | { type: 'reset'; afterLines: number }
  | { type: 'end'; afterLines: number }
  | { type: 'silent'; afterLines: number }
  | { type: 'status'; status: number; message: string }
  /** Leaves out some lines, by their place in the log. */
  | { type: 'without'; lines: readonly number[] };

export interface LogRequest {
  follow: boolean;
  sinceSeconds: number | undefined;
}

/** The log of one pod: lines that a test adds, and what goes wrong with the connections to it, one after the other. */
export class FakeLog {
  readonly requests: LogRequest[] = [];
  /** One per connection, in order; those after the last go well. */
  faults: LogFault[] = [];
  /** How many lines a reading that asks for the last seconds begins before the end. */
  linesSince = 3;
  readonly #lines: string[] = [];
  readonly #readers = new Set<() => void>();
  #isOver = false;

  add(...lines: string[]): void {
    this.#lines.push(...lines);
    this.#notify();
  }

  end(): void {
    this.#isOver = true;
    this.#notify();
  }

  /** Connections that are being followed now. */
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
      from: since === null ? 0 : this.#lines.length - this.linesSince,
    });
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
    // What was written leaves first.
    if (fault?.type === 'reset') response.write('', () => response.socket?.resetAndDestroy());
  }

  #notify(): void {
    for (const write of [...this.#readers]) write();
  }
}
