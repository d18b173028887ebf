const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const PLAIN_UPDATE_MS = 15_000;

/** Where progress is written: a terminal or a plain stream. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Step {
  /** Shows what the step is doing now. */
  update(text: string): void;
  done(text?: string): void;
  fail(): void;
  /** The step was stopped early. */
  stopped(): void;
}

interface Running {
  name: string;
  text: string;
  since: number;
  printedAt: number;
}

/** Shows the steps of the start. In a terminal each step has a line that changes in place; elsewhere lines are appended. */
export class Progress {
  readonly #output: Output;
  readonly #running = new Set<Running>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #frame = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  step(name: string): Step {
    const now = performance.now();
    const running: Running = { name, text: '', since: now, printedAt: now };
    this.#running.add(running);
    if (this.#output.isTTY) this.#timer ??= setInterval(() => this.#draw(), FRAME_MS).unref();
    else this.line(`… ${name}`);
    return {
      update: (text) => this.#update(running, text),
      done: (text) => this.#end(running, `✓ ${text ?? name}`),
      fail: () => this.#end(running, `✗ ${name}`),
      stopped: () => this.#end(running, `– ${name}, stopped`),
    };
  }

  /** Prints a line above the running steps. */
  line(text: string): void {
    this.#erase();
    this.#output.write(`${text}\n`);
    this.#draw();
  }

  #update(running: Running, text: string): void {
    running.text = text;
    const now = performance.now();
    if (this.#output.isTTY || now - running.printedAt < PLAIN_UPDATE_MS) return;
    running.printedAt = now;
    this.line(`  ${running.name}: ${text} (${seconds(running)})`);
  }

  #end(running: Running, text: string): void {
    if (!this.#running.delete(running)) return;
    this.line(`${text} (${seconds(running)})`);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#output.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#output.isTTY || this.#running.size === 0) return;
    this.#erase();
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const width = (this.#output.columns ?? 80) - 1;
    for (const running of this.#running) {
      const what = running.text === '' ? running.name : `${running.name}: ${running.text}`;
      this.#output.write(`${`${FRAMES[this.#frame]} ${seconds(running)} ${what}`.slice(0, width)}\n`);
    }
    this.#drawn = this.#running.size;
  }
}

function seconds(running: Running): string {
  return `${((performance.now() - running.since) / 1000).toFixed(1)} s`;
}
