import type { TurnId } from '@aideator/contract/ids';
/** The names of all Redis keys. */
export interface RedisKeys {
  /** The stream that holds a turn's entries. Its ids are feed ids. */
  stream(turnId: TurnId): string;
  /** The newest epoch that was opened, which fences older collectors. */
  epoch(turnId: TurnId): string;
  /** Messages between replicas. */
  messages: string;
  /** Ends this process's blocking read, so that the next one covers new streams. */
  wake: string;
}

/** `prefix` separates installations that share a server. */
export function redisKeys(prefix: string, instanceId: string): RedisKeys {
  return {
    stream: (turnId) => `${prefix}turn:${turnId}:feed`,
    epoch: (turnId) => `${prefix}turn:${turnId}:epoch`,
    messages: `${prefix}messages`,
    wake: `${prefix}wake:${instanceId}`,
  };
}
