import { AppError } from '@aideator/contract/errors';
import type { FeedId, FeedWriter } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { encodeEvent } from './redis-entries.ts';
import type { RedisKeys } from './redis-keys.ts';

/** While the turn goes on; every append and touch begins it anew. */
const LIVE_KEEP_MS = 15 * 60_000;
/** After `done`: for viewers that are just reconnecting; later ones are shown what is stored. */
const DONE_KEEP_MS = 60_000;

/** KEYS: epoch. ARGV: epoch, keepMs. Answers whether the epoch is now the newest one. */
const OPEN = `
local held = tonumber(redis.call('GET', KEYS[1]) or '-1')
if held >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/**
 * KEYS: epoch, stream. ARGV: epoch, keepMs, id, encoded event, the oldest id to keep (only with a snapshot, else '').
 * The fence and the append are one step, so that an older collector cannot slip in between.
 */
const APPEND = `
local held = tonumber(redis.call('GET', KEYS[1]) or '-1')
local epoch = tonumber(ARGV[1])
if held > epoch then return 'fenced' end
if ARGV[5] == '' and (held < epoch or redis.call('EXISTS', KEYS[2]) == 0) then return 'gone' end
if ARGV[5] == '' then redis.call('XADD', KEYS[2], ARGV[3], 'e', ARGV[4])
else redis.call('XADD', KEYS[2], 'MINID', '~', ARGV[5], ARGV[3], 'e', ARGV[4]) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 'ok'`;

/** KEYS: epoch, stream. ARGV: epoch, keepMs. */
const TOUCH = `
local held = tonumber(redis.call('GET', KEYS[1]) or '-1')
if held > tonumber(ARGV[1]) then return 'fenced' end
if held < tonumber(ARGV[1]) or redis.call('EXISTS', KEYS[2]) == 0 then return 'gone' end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 'ok'`;

export interface RedisWriterDeps {
  commands: Redis;
  keys: RedisKeys;
  log: Logger;
}

/** Opens a turn's stream at an epoch; see `Feed.open`. */
export async function openRedisWriter(
  deps: RedisWriterDeps,
  turn: { turnId: string; epoch: number },
): Promise<FeedWriter> {
  const { turnId, epoch } = turn;
  try {
    const opened = await deps.commands.eval(OPEN, 1, deps.keys.epoch(turnId), epoch, LIVE_KEEP_MS);
    if (opened !== 1) throw new AppError('conflict', `${turnId} was opened at epoch ${epoch} or a newer one`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    deps.log.warn({ err: error, turnId }, 'a feed could not be opened yet');
  }
  return new RedisWriter(deps, turn);
}

class RedisWriter implements FeedWriter {
  readonly #deps: RedisWriterDeps;
  readonly #turnId: string;
  readonly #epoch: number;
  #nextNumber = 0;
  #newestSnapshot: FeedId | undefined;

  constructor(deps: RedisWriterDeps, turn: { turnId: string; epoch: number }) {
    this.#deps = deps;
    this.#turnId = turn.turnId;
    this.#epoch = turn.epoch;
  }

  async append(event: TurnEvent): Promise<FeedId> {
    const id = `${this.#epoch}-${this.#nextNumber}`;
    this.#nextNumber += 1;
    // From the second newest snapshot on is kept: viewers that were away for a short while go on where they were.
    const keepFrom = event.type === 'snapshot' ? (this.#newestSnapshot ?? id) : '';
    const keepMs = event.type === 'done' ? DONE_KEEP_MS : LIVE_KEEP_MS;
    await this.#run(APPEND, [this.#epoch, keepMs, id, encodeEvent(event), keepFrom]);
    if (event.type === 'snapshot') this.#newestSnapshot = id;
    return id;
  }

  async touch(): Promise<void> {
    await this.#run(TOUCH, [this.#epoch, LIVE_KEEP_MS]);
  }

  /** When it fails a number is left out, so that nobody takes the snapshot that comes next for what follows the last entry. */
  async #run(script: string, args: (string | number)[]): Promise<void> {
    try {
      await this.#evaluate(script, args);
    } catch (error) {
      this.#nextNumber += 1;
      throw error;
    }
  }

  async #evaluate(script: string, args: (string | number)[]): Promise<void> {
    const { commands, keys } = this.#deps;
    let answer: unknown;
    try {
      answer = await commands.eval(script, 2, keys.epoch(this.#turnId), keys.stream(this.#turnId), ...args);
    } catch (cause) {
      throw new AppError('unavailable', `the feed of ${this.#turnId} was not reached`, { cause });
    }
    if (answer === 'fenced')
      throw new AppError('conflict', `${this.#turnId} has a newer epoch than ${this.#epoch}`);
    if (answer === 'gone') throw new AppError('not_found', `the feed of ${this.#turnId} is gone`);
  }
}
