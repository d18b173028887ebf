import { AppError } from '@aideator/contract/errors';
import type { Feed, FeedId } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { Channel } from './channel.ts';

interface OpenTurn {
  epoch: number;
  nextNumber: number;
  channel: Channel;
}

/**
 * The feed of one process. It drops a turn's entries once `done` was appended; later readers get the stored responses.
 * The collector's snapshots bound it, because entries before the second newest one are dropped.
 */
export function createMemoryFeed(): Feed {
  const turns = new Map<string, OpenTurn>();

  const turnAt = (turnId: TurnId, epoch: number): OpenTurn => {
    const turn = turns.get(turnId);
    if (turn?.epoch !== epoch) throw new AppError('conflict', `epoch ${epoch} of ${turnId} is not open`);
    return turn;
  };
  const append = (turnId: TurnId, epoch: number, event: TurnEvent): FeedId => {
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
