import { AppError } from '@aideator/contract/errors';
import type { FeedId, FeedWriter } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { encodeEvent } from './redis-entries.ts';
import type { RedisKeys } from './redis-keys.ts';

/** Expiry during the turn. Every append and touch renews it. */
const LIVE_KEEP_MS = 15 * 60_000;
/** Expiry after `done`, for viewers that are reconnecting. Later viewers get the stored responses. */
const DONE_KEEP_MS = 60_000;

/** KEYS: epoch. ARGV: epoch, keepMs. Returns whether the epoch is now the newest one. */
const OPEN = `
local held = tonumber(redis.call('GET', KEYS[1]) or '-1')
if held >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/**
 * KEYS: epoch, stream. ARGV: epoch, keepMs, id, encoded event, the oldest id to keep (only with a snapshot, else '').
 * Fence and append are one step, so that an older collector cannot append in between.
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
  turn: { turnId: TurnId; epoch: number },
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
  readonly #turnId: TurnId;
  readonly #epoch: number;
  #nextNumber = 0;
  #newestSnapshot: FeedId | undefined;

  constructor(deps: RedisWriterDeps, turn: { turnId: TurnId; epoch: number }) {
    this.#deps = deps;
    this.#turnId = turn.turnId;
    this.#epoch = turn.epoch;
  }

  async append(event: TurnEvent): Promise<FeedId> {
    const id = `${this.#epoch}-${this.#nextNumber}`;
    this.#nextNumber += 1;
    // Keep the entries from the second newest snapshot on, so that viewers can reconnect after a short while.
    const keepFrom = event.type === 'snapshot' ? (this.#newestSnapshot ?? id) : '';
    const keepMs = event.type === 'done' ? DONE_KEEP_MS : LIVE_KEEP_MS;
    await this.#run(APPEND, [this.#epoch, keepMs, id, encodeEvent(event), keepFrom]);
    if (event.type === 'snapshot') this.#newestSnapshot = id;
    return id;
  }

  async touch(): Promise<void> {
    await this.#run(TOUCH, [this.#epoch, LIVE_KEEP_MS]);
  }

  /** Skips a number on failure, so that readers do not take the next snapshot for the successor of the last entry. */
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
    let reply: unknown;
    try {
      reply = await commands.eval(script, 2, keys.epoch(this.#turnId), keys.stream(this.#turnId), ...args);
    } catch (cause) {
      throw new AppError('unavailable', `the feed of ${this.#turnId} could not be reached`, { cause });
    }
    if (reply === 'fenced')
      throw new AppError('conflict', `${this.#turnId} has a newer epoch than ${this.#epoch}`);
    if (reply === 'gone') throw new AppError('not_found', `the feed of ${this.#turnId} is gone`);
  }
}
