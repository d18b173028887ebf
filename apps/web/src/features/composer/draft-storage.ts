/** Where a prompt belongs: a session's id, or `new` for a chat that does not exist yet. */
export type DraftPlace = string;
export const NEW_CHAT: DraftPlace = 'new';

export interface Draft {
  text: string;
  /** The try that was under way: repeating it with the same key sends nothing twice. */
  attempt?: Attempt | undefined;
}

/** One try to send: the key belongs to exactly this content. */
export interface Attempt {
  key: string;
  fingerprint: string;
}

export type DraftBox = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface DraftStorage {
  read(place: DraftPlace): Draft | undefined;
  /** An empty text removes the draft. A browser that is full or forbids storage loses only the surviving of a reload. */
  write(place: DraftPlace, draft: Draft): void;
  remove(place: DraftPlace): void;
}

const PREFIX = 'aideator:draft:';
/** Per person. The oldest go first. */
export const DRAFTS_MAX = 30;

function parse(value: string | null): (Draft & { savedAtMs: number }) | undefined {
  if (value === null) return undefined;
  try {
    const data: unknown = JSON.parse(value);
    if (typeof data !== 'object' || data === null) return undefined;
    const { text, savedAtMs, attempt } = data as Record<string, unknown>;
    if (typeof text !== 'string' || text === '') return undefined;
    const at = typeof savedAtMs === 'number' ? savedAtMs : 0;
    return isAttempt(attempt) ? { text, savedAtMs: at, attempt } : { text, savedAtMs: at };
  } catch {
    return undefined;
  }
}

function isAttempt(value: unknown): value is Attempt {
  if (typeof value !== 'object' || value === null) return false;
  const { key, fingerprint } = value as Record<string, unknown>;
  return typeof key === 'string' && typeof fingerprint === 'string';
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/**
 * Prompts that were typed and not yet accepted by the server, kept per person: another account in the same browser
 * sees none of them.
 */
export function createDraftStorage(box: DraftBox, userId: string, now: () => number): DraftStorage {
  const mine = `${PREFIX}${userId}:`;
  const keys = () =>
    Array.from({ length: box.length }, (_, index) => box.key(index)).filter(
      (key): key is string => key?.startsWith(mine) === true,
    );

  function prune(): void {
    const dated = keys().map((key) => ({ key, at: parse(box.getItem(key))?.savedAtMs ?? 0 }));
    dated.sort((a, b) => b.at - a.at);
    for (const { key } of dated.slice(DRAFTS_MAX)) box.removeItem(key);
  }

  return {
    read(place) {
      const found = attempt(() => parse(box.getItem(mine + place)));
      if (!found) return undefined;
      const { savedAtMs: _, ...draft } = found;
      return draft;
    },
    write(place, draft) {
      attempt(() => {
        if (draft.text === '') return box.removeItem(mine + place);
        box.setItem(mine + place, JSON.stringify({ ...draft, savedAtMs: now() }));
        prune();
      });
    },
    remove(place) {
      attempt(() => box.removeItem(mine + place));
    },
  };
}
