import type { Readable } from 'node:stream';
import { AppError } from '@aideator/contract/errors';

const LINE_CHARS_MAX = 8_192;

/**
 * Reads the first line of a stream as an object of strings, and leaves the stream open and paused. Returns undefined when
 * the stream ends first. Throws AppError `run_protocol` for anything else.
 */
export async function readRun(stdin: Readable): Promise<Record<string, string> | undefined> {
  const line = await firstLine(stdin);
  if (line === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) throw new Error('no object');
    return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
  } catch (cause) {
    throw new AppError('run_protocol', 'the line with the run cannot be parsed', { cause });
  }
}

function firstLine(stdin: Readable): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  let text = '';
  const take = (piece: Buffer): void => {
    text += piece.toString('utf8');
    const end = text.indexOf('\n');
    if (end >= 0) {
      stdin.pause();
      resolve(text.slice(0, end));
    } else if (text.length > LINE_CHARS_MAX)
      reject(new AppError('run_protocol', 'the line with the run is too long'));
  };
  const end = (): void => resolve(undefined);
  stdin.on('data', take).once('end', end).once('close', end).once('error', end);
  return promise.finally(() => {
    stdin.off('data', take).off('end', end).off('close', end).off('error', end);
  });
}
