/** The names of all that is kept in Redis. */
export interface RedisKeys {
  /** The entries of a turn: one stream, its ids are feed ids. */
  stream(turnId: string): string;
  /** The newest epoch that was opened; fences older collectors. */
  epoch(turnId: string): string;
  /** What replicas tell each other. */
  messages: string;
  /** Wakes this process's blocking read, so that it takes up what it is to read now. */
  wake: string;
}

/** `prefix` keeps installations that share a server apart. */
export function redisKeys(prefix: string, instanceId: string): RedisKeys {
  return {
    stream: (turnId) => `${prefix}turn:${turnId}:feed`,
    epoch: (turnId) => `${prefix}turn:${turnId}:epoch`,
    messages: `${prefix}messages`,
    wake: `${prefix}wake:${instanceId}`,
  };
}
