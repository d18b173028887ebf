import { responseIdSchema, turnIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';

/** A message to the other replicas. Best effort: the next sweep makes up for a lost one. */
export const peerMessageSchema = z.discriminatedUnion('type', [
  /** A turn was left, so another replica can adopt it. */
  z.object({ type: z.literal('adopt') }),
  /** The collector of this turn must cancel these responses. */
  z.object({ type: z.literal('cancel'), turnId: turnIdSchema, responseIds: z.array(responseIdSchema) }),
]);
export type PeerMessage = z.infer<typeof peerMessageSchema>;

/** The other replicas of this app. */
export interface Peers {
  /** Never rejects. */
  tell(message: PeerMessage): Promise<void>;
  /** Subscribes to messages of all replicas, including this one. Returns a function that unsubscribes. */
  listen(listener: (message: PeerMessage) => void): () => void;
}

/** For a single process. */
export function createNoPeers(): Peers {
  return { tell: async () => undefined, listen: () => () => undefined };
}
