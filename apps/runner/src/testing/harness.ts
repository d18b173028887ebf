import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newId, type RunId } from '@aideator/contract/ids';
import { RUN_EVENT_LINE_BYTES_MAX } from '@aideator/contract/limits';
import { parseRunEventLine, type RunEvent, type RunEventOf } from '@aideator/contract/run-event';
import type { RunSpec } from '@aideator/contract/run-spec';
import { startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { Emitter } from '../emit.ts';
import { post } from '../http.ts';
import { RUN_TIMES, run } from '../run.ts';
import { type CallbackScript, type CallbackServer, newSpec, startCallbackServer } from './callback-server.ts';

export const TOKEN = 'token-of-a-run-0123456789-0123456789-0123';
/** The model that plays the script. */
export const MODEL = 'test/model';

type Gateway = Awaited<ReturnType<typeof startScriptedGateway>>;
export type Script = Exclude<ScriptSource, (...given: never[]) => unknown>;
type ScriptSource = Parameters<Gateway['setScript']>[1];

export interface Bench extends AsyncDisposable {
  gateway: Gateway;
  callback: CallbackServer;
  run: { runId: RunId; attempt: number };
}

/** A gateway that plays the script, and a callback server whose claims return a spec for it. */
export async function openBench(
  script: ScriptSource,
  changed: { spec?: Partial<RunSpec>; callback?: Partial<CallbackScript> } = {},
): Promise<Bench> {
  const gateway = await startScriptedGateway({ fallback: script });
  const named = { runId: newId('run'), attempt: 1 };
  const spec = newSpec(named, {
    model: MODEL,
    gateway: { baseUrl: gateway.baseUrl, apiKey: 'sk-gateway-key-1234' },
    ...changed.spec,
  });
  const callback = await startCallbackServer({ spec, ...changed.callback });
  const dispose = async (): Promise<void> => {
    await callback[Symbol.asyncDispose]();
    await gateway.close();
  };
  return { gateway, callback, run: named, [Symbol.asyncDispose]: dispose };
}

/** Parses the output of a run as a collector does. Throws if a line is too long or a number is missing. */
export function readLines(output: string): RunEvent[] {
  const lines = output.split('\n');
  for (const line of lines) {
    if (Buffer.byteLength(line) + 1 >= RUN_EVENT_LINE_BYTES_MAX) throw new Error('a line is too long');
  }
  const events = lines.flatMap((line) => parseRunEventLine(line) ?? []);
  events.forEach((event, i) => {
    if (event.seq !== i) throw new Error(`seq ${event.seq} at ${i}`);
  });
  return events;
}

/** Text and reasoning as a collector reads them from the lines. */
function saidIn(events: RunEvent[]): { text: string; reasoning: string } {
  let text = '';
  let reasoning = '';
  for (const event of events) {
    if (event.type === 'text_moved') {
      reasoning += text;
      text = '';
    } else if (event.type === 'delta') {
      text += event.text ?? '';
      reasoning += event.reasoning ?? '';
    }
  }
  return { text, reasoning };
}
export const textOf = (events: RunEvent[]): string => saidIn(events).text;
export const reasoningOf = (events: RunEvent[]): string => saidIn(events).reasoning;
export const typesOf = (events: RunEvent[]): string =>
  events
    .map((event) => event.type)
    .filter((type, i, all) => type !== all[i - 1])
    .join(' ');
export function only<T extends RunEvent['type']>(events: RunEvent[], type: T): RunEventOf<T> {
  const found = events.filter((event): event is RunEventOf<T> => event.type === type);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} ${type} in ${typesOf(events)}`);
  return found[0];
}

/** Runs `run()` within this process, with short waits. `onEvent` sees each event as it is printed. */
export async function runHere(
  bench: Bench,
  options: { stop?: AbortSignal; onEvent?: (event: RunEvent) => void } = {},
): Promise<{ code: number; events: RunEvent[] }> {
  let output = '';
  const out = new Writable({
    write(bytes: Buffer, _, done) {
      output += bytes;
      const event = bytes.length === 0 ? undefined : parseRunEventLine(String(bytes));
      if (event) options.onEvent?.(event);
      done();
    },
  });
  const emitter = new Emitter({ out, ...bench.run });
  const code = await run({
    who: { ...bench.run, token: TOKEN, nonce: 'n'.repeat(64) },
    emitter,
    post,
    callbackUrl: bench.callback.url,
    random: Math.random,
    stop: options.stop ?? new AbortController().signal,
    times: {
      ...RUN_TIMES,
      claimMs: 2_000,
      handOverMs: 2_000,
      stopHandOverMs: 500,
      callbackRetry: { baseMs: 5, capMs: 20 },
      gatewayRetry: { baseMs: 5, capMs: 20 },
    },
  });
  await emitter.close();
  return { code, events: readLines(output) };
}

/** Bundles the current source of the runner into a file. */
export async function buildRunner(outfile: string): Promise<void> {
  const build = fileURLToPath(new URL('../../build.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [build, outfile]);
}

export interface RunnerProcess {
  kill(signal: NodeJS.Signals): void;
  /** Writes a line to its stdin. */
  send(values: Record<string, string>): void;
  /** Ends the pipe to its stdin, as the end of its parent does. */
  endStdin(): void;
  /** Closes the read end of stdout, so that the next write of the process fails with EPIPE. */
  closeStdout(): void;
  /** Resolves when a line of this type was printed. */
  until(type: RunEvent['type']): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: string | null; output: string; stderr: string }>;
}

/** Starts the bundled runner as a backend does. */
export function startRunner(bench: Bench, path: string, env: Record<string, string> = {}): RunnerProcess {
  const child = spawn(process.execPath, [path], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      AIDEATOR_RUN_ID: bench.run.runId,
      AIDEATOR_RUN_ATTEMPT: String(bench.run.attempt),
      AIDEATOR_RUN_TOKEN: TOKEN,
      AIDEATOR_CALLBACK_URL: bench.callback.url,
      ...env,
    },
  });
  let output = '';
  let stderr = '';
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  return {
    kill: (signal) => void child.kill(signal),
    send: (values) => void child.stdin.write(`${JSON.stringify(values)}\n`),
    endStdin: () => void child.stdin.end(),
    closeStdout: () => void child.stdout.destroy(),
    async until(type) {
      while (!output.includes(`"type":"${type}"`)) {
        const [code] = await Promise.race([once(child.stdout, 'data'), closed]);
        if (typeof code === 'number' || code === null)
          throw new Error(`ended without ${type}: ${output}${stderr}`);
      }
    },
    ended: closed.then(([code, signal]) => ({ code, signal, output, stderr })),
  };
}
