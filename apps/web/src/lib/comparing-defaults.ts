import { REVEAL_PACES, type RevealPace } from '@aideator/contract/statuses';
import { useMemo, useSyncExternalStore } from 'react';

/** How a new comparison begins in this browser. */
export interface ComparingDefaults {
  /** The pace of blind comparisons, also while they are off. */
  pace: RevealPace;
  isBlind: boolean;
  /** Puts the panels of comparisons that are not blind into a random order too. */
  isShuffled: boolean;
}

const KEY = 'aideator:comparing';
/** `storage` events reach other tabs only. */
const CHANGED = 'aideator:comparing-changed';
const INITIAL: ComparingDefaults = { pace: 'together', isBlind: false, isShuffled: false };

/** Whatever is stored; what is not valid counts as absent. */
export function parseDefaults(stored: string | null): ComparingDefaults {
  try {
    const { pace, isBlind, isShuffled } = { ...JSON.parse(stored ?? '{}') };
    return {
      pace: REVEAL_PACES.find((each) => each === pace) ?? INITIAL.pace,
      isBlind: isBlind === true,
      isShuffled: isShuffled === true,
    };
  } catch {
    return INITIAL;
  }
}

function read(): string | null {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    // The browser refuses storage.
    return null;
  }
}

function write(defaults: ComparingDefaults): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(defaults));
  } catch {
    // As above: it holds for no other page.
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('storage', onChange);
  window.addEventListener(CHANGED, onChange);
  return () => {
    window.removeEventListener('storage', onChange);
    window.removeEventListener(CHANGED, onChange);
  };
}

/** The defaults of this browser, and how to change them. */
export function useComparingDefaults(): [ComparingDefaults, (defaults: ComparingDefaults) => void] {
  const stored = useSyncExternalStore(subscribe, read, () => null);
  return [useMemo(() => parseDefaults(stored), [stored]), write];
}
