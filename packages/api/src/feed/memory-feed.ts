import { AppError } from '@aideator/contract/errors';
import type { Feed, FeedId } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import { Channel } from './channel.ts';

interface OpenTurn {
  epoch: number;
  nextNumber: number;
  channel: Channel;
}

/**
 * The feed of one process. A turn's entries live until `done` was appended; who reads later gets the stored answer.
 * Bounded by the collector's snapshots: what lies before the second newest one is dropped.
 */
export function createMemoryFeed(): Feed {
  const turns = new Map<string, OpenTurn>();

  const turnAt = (turnId: string, epoch: number): OpenTurn => {
    const turn = turns.get(turnId);
    if (turn?.epoch !== epoch) throw new AppError('conflict', `epoch ${epoch} of ${turnId} is not open`);
    return turn;
  };
  const append = (turnId: string, epoch: number, event: TurnEvent): FeedId => {
    const turn = turnAt(turnId, epoch);
    const id = `${epoch}-${turn.nextNumber}`;
    turn.nextNumber += 1;
    if (event.type === 'done') turns.delete(turnId);
    turn.channel.push({ id, event });
    return id;
  };

  return {
    async open(turnId, epoch) {
      const turn = turns.get(turnId);
      if (turn && turn.epoch >= epoch)
        throw new AppError('conflict', `${turnId} is open at epoch ${turn.epoch}`);
      turns.set(turnId, { epoch, nextNumber: 0, channel: turn?.channel ?? new Channel() });
      return {
        append: async (event) => append(turnId, epoch, event),
        touch: async () => void turnAt(turnId, epoch),
      };
    },
    async *read(turnId, options) {
      const turn = turns.get(turnId);
      if (turn) yield* turn.channel.read(options);
    },
    async close() {
      for (const { channel } of turns.values()) channel.end();
      turns.clear();
    },
  };
}
