import type { UserId } from '@aideator/contract/ids';
import type { SubmissionKey } from './submission.ts';

/** The chat that a prompt belongs to: a session's id, or `new` for a chat that does not exist yet. */
export type ChatKey = string;
export const NEW_CHAT: ChatKey = 'new';

export interface Draft {
  /** Each tab writes a draft of its own. */
  id: string;
  text: string;
  /** The key of the submission whose outcome is unknown. Sending it again creates no second turn. */
  submission?: SubmissionKey | undefined;
}

export type DraftBox = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface DraftBoxes {
  /** Survives closing the tab. */
  browser: DraftBox;
  /** Survives a reload. Used when the other one is full or forbidden. */
  tab: DraftBox;
}

export interface DraftStorage {
  read(chatKey: ChatKey, id: string): Draft | undefined;
  /** All drafts of a chat, newest first. */
  list(chatKey: ChatKey): Draft[];
  /** An empty text removes the draft. A browser without any storage keeps the text on the page only. */
  write(chatKey: ChatKey, draft: Draft): void;
  /** The id of this tab's draft of a chat. It survives a reload. */
  tabDraftId(chatKey: ChatKey): string | undefined;
  setTabDraftId(chatKey: ChatKey, id: string): void;
}

const PREFIX = 'aideator:draft:';
const TAB_PREFIX = 'aideator:tab-draft:';
/** Per person. The oldest drafts are dropped first. */
export const DRAFTS_MAX = 30;

type DatedDraft = Omit<Draft, 'id'> & { savedAtMs: number };

function parse(value: string | null): DatedDraft | undefined {
  if (value === null) return undefined;
  try {
    const data: unknown = JSON.parse(value);
    if (typeof data !== 'object' || data === null) return undefined;
    const { text, savedAtMs, submission } = data as Record<string, unknown>;
    if (typeof text !== 'string' || text === '') return undefined;
    const at = typeof savedAtMs === 'number' ? savedAtMs : 0;
    return isSubmissionKey(submission) ? { text, savedAtMs: at, submission } : { text, savedAtMs: at };
  } catch {
    return undefined;
  }
}

function isSubmissionKey(value: unknown): value is SubmissionKey {
  if (typeof value !== 'object' || value === null) return false;
  const { key, fingerprint } = value as Record<string, unknown>;
  return typeof key === 'string' && typeof fingerprint === 'string';
}

/** Returns the fallback when storage throws: it may be full or forbidden. */
function orElse<T>(fallback: T, action: () => T): T {
  try {
    return action();
  } catch {
    return fallback;
  }
}

function keysOf(box: DraftBox, prefix: string): string[] {
  return Array.from({ length: box.length }, (_, index) => box.key(index)).filter(
    (key): key is string => key?.startsWith(prefix) === true,
  );
}

/**
 * Prompts that were typed and that the server has not accepted yet. They are kept per person: another account in the same
 * browser sees none of them.
 */
export function createDraftStorage(boxes: DraftBoxes, userId: UserId, now: () => number): DraftStorage {
  const mine = `${PREFIX}${userId}:`;
  const keyOf = (chatKey: ChatKey, id: string) => `${mine}${chatKey}:${id}`;

  /** All keys with their drafts, newest first. */
  function dated(box: DraftBox, prefix: string): (DatedDraft & { key: string })[] {
    return keysOf(box, prefix)
      .map((key) => ({ key, text: '', savedAtMs: 0, ...parse(box.getItem(key)) }))
      .sort((a, b) => b.savedAtMs - a.savedAtMs);
  }

  function save(box: DraftBox, key: string, value: string): boolean {
    return orElse(false, () => {
      box.setItem(key, value);
      for (const draft of dated(box, mine).slice(DRAFTS_MAX)) box.removeItem(draft.key);
      return true;
    });
  }

  return {
    read(chatKey, id) {
      for (const box of [boxes.browser, boxes.tab]) {
        const found = orElse(undefined, () => parse(box.getItem(keyOf(chatKey, id))));
        if (found) return { id, text: found.text, submission: found.submission };
      }
      return undefined;
    },
    list(chatKey) {
      const prefix = keyOf(chatKey, '');
      return orElse([], () => dated(boxes.browser, prefix))
        .filter((draft) => draft.text !== '')
        .map(({ key, text, submission }) => ({ id: key.slice(prefix.length), text, submission }));
    },
    write(chatKey, { id, ...draft }) {
      const key = keyOf(chatKey, id);
      for (const box of [boxes.browser, boxes.tab]) {
        if (draft.text === '') orElse(undefined, () => box.removeItem(key));
        else if (save(box, key, JSON.stringify({ ...draft, savedAtMs: now() }))) return;
      }
    },
    tabDraftId: (chatKey) =>
      orElse(null, () => boxes.tab.getItem(`${TAB_PREFIX}${userId}:${chatKey}`)) ?? undefined,
    setTabDraftId: (chatKey, id) =>
      orElse(undefined, () => boxes.tab.setItem(`${TAB_PREFIX}${userId}:${chatKey}`, id)),
  };
}
