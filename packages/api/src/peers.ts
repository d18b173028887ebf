import { z } from 'zod';

/** What one replica tells the others. Best effort: what is lost is made up for by the next sweep. */
export const peerMessageSchema = z.discriminatedUnion('type', [
  /** A turn was left to whoever takes it. */
  z.object({ type: z.literal('adopt') }),
  /** Whoever collects this turn is to stop these responses. */
  z.object({ type: z.literal('cancel'), turnId: z.string(), responseIds: z.array(z.string()) }),
]);
export type PeerMessage = z.infer<typeof peerMessageSchema>;

/** The other replicas of this app. */
export interface Peers {
  /** Never rejects. */
  tell(message: PeerMessage): Promise<void>;
  /** Hears what others, and this replica too, tell. Returns what ends it. */
  listen(listener: (message: PeerMessage) => void): () => void;
}

/** For a process that is alone. */
export function createNoPeers(): Peers {
  return { tell: async () => undefined, listen: () => () => undefined };
}
