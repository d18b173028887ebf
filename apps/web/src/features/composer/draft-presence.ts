import { randomKey } from './random-key.ts';

/** A tab that does not reply within this time is closed. */
const REPLY_MS = 200;

type Message = { type: 'who' } | { type: 'open'; draftId: string; tab: string };

export type DraftChannel = Pick<
  BroadcastChannel,
  'postMessage' | 'addEventListener' | 'removeEventListener' | 'close'
>;

export interface DraftPresence {
  /** Ids of the drafts that other tabs have open now. */
  openElsewhere(): Promise<ReadonlySet<string>>;
  /** Tells the other tabs which draft this one has open. */
  open(draftId: string): void;
  close(): void;
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { type, draftId, tab } = value as Record<string, unknown>;
  return type === 'who' || (type === 'open' && typeof draftId === 'string' && typeof tab === 'string');
}

/**
 * Lets the tabs of a browser know which drafts are open. Two tabs can end up with the same draft: a duplicated tab starts
 * with the draft of the first one, and two new tabs can find the same draft of a closed one. Then `onTaken` is called in
 * exactly one of them.
 */
export function createDraftPresence(channel: DraftChannel, onTaken: () => void): DraftPresence {
  const tab = randomKey();
  let mine: string | undefined;
  const elsewhere = new Set<string>();

  const sayOpen = () => {
    if (mine !== undefined) channel.postMessage({ type: 'open', draftId: mine, tab } satisfies Message);
  };
  const onMessage = ({ data }: MessageEvent) => {
    if (!isMessage(data)) return;
    if (data.type === 'who') return sayOpen();
    elsewhere.add(data.draftId);
    if (data.draftId !== mine || data.tab === tab) return;
    if (tab < data.tab) onTaken();
    else sayOpen();
  };
  channel.addEventListener('message', onMessage);

  return {
    async openElsewhere() {
      elsewhere.clear();
      channel.postMessage({ type: 'who' } satisfies Message);
      await new Promise((resolve) => setTimeout(resolve, REPLY_MS));
      return elsewhere;
    },
    open(draftId) {
      mine = draftId;
      sayOpen();
    },
    close() {
      channel.removeEventListener('message', onMessage);
      channel.close();
    },
  };
}
