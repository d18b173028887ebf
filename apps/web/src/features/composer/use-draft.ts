import type { UserId } from '@aideator/contract/ids';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createDraftPresence } from './draft-presence.ts';
import { type ChatKey, createDraftStorage, type Draft } from './draft-storage.ts';
import { randomKey } from './random-key.ts';
import type { SubmissionKey } from './submission.ts';

const WRITE_AFTER_MS = 250;
const CHANNEL = 'aideator:drafts';

export interface DraftHandle {
  text: string;
  setText: (text: string) => void;
  submission: () => SubmissionKey | undefined;
  /** Stores the text and the submission whose outcome is unknown, at once. */
  keep: (submission: SubmissionKey) => void;
  /** The server has accepted `sent`. Text that was typed in the meantime stays. */
  accepted: (sent: string) => void;
}

/**
 * The prompt that is being written in a chat. It survives a reload and signing in again. Other tabs do not change it.
 * A tab without a draft continues the newest one whose tab is closed.
 */
export function useDraft(userId: UserId, chatKey: ChatKey): DraftHandle {
  const [text, setShown] = useState('');
  const current = useRef<Draft>({ id: '', text: '' });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const storage = useMemo(
    () =>
      typeof window === 'undefined'
        ? undefined
        : createDraftStorage({ browser: window.localStorage, tab: window.sessionStorage }, userId, Date.now),
    [userId],
  );

  const opened = useRef(false);
  useEffect(() => {
    if (!storage) return;
    let gone = false;
    const use = (draft: Draft) => {
      current.current = draft;
      storage.setTabDraftId(chatKey, draft.id);
      presence.open(draft.id);
      setShown(draft.text);
    };
    const write = () => storage.write(chatKey, current.current);
    const presence = createDraftPresence(new BroadcastChannel(CHANNEL), () => {
      use({ ...current.current, id: randomKey() });
      write();
    });
    const writePending = () => {
      if (timer.current === undefined) return;
      clearTimeout(timer.current);
      timer.current = undefined;
      write();
    };
    async function continueClosed(): Promise<void> {
      const open = await presence.openElsewhere();
      if (gone || current.current.text !== '') return;
      const closed = storage?.list(chatKey).find((draft) => !open.has(draft.id));
      if (closed) use(closed);
    }

    const id = storage.tabDraftId(chatKey) ?? randomKey();
    // Text that was typed before hydration is newer than any draft.
    const isTypedEarly = !opened.current && current.current.text !== '';
    opened.current = true;
    use(isTypedEarly ? { ...current.current, id } : (storage.read(chatKey, id) ?? { id, text: '' }));
    void continueClosed();
    window.addEventListener('pagehide', writePending);
    return () => {
      gone = true;
      window.removeEventListener('pagehide', writePending);
      writePending();
      presence.close();
    };
  }, [storage, chatKey]);

  function setText(next: string): void {
    current.current = { ...current.current, text: next };
    setShown(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      storage?.write(chatKey, current.current);
    }, WRITE_AFTER_MS);
  }

  return {
    text,
    setText,
    submission: () => current.current.submission,
    keep: (submission) => {
      current.current = { ...current.current, submission };
      storage?.write(chatKey, current.current);
    },
    accepted: (sent) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const left = current.current.text === sent ? '' : current.current.text;
      current.current = { id: current.current.id, text: left };
      setShown(left);
      storage?.write(chatKey, current.current);
    },
  };
}
