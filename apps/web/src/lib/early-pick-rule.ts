import { useSyncExternalStore } from 'react';

/** What happens to the answers that are still being written when the person gives a verdict. */
export const EARLY_PICK_RULES = ['ask', 'always', 'never'] as const;
export type EarlyPickRule = (typeof EARLY_PICK_RULES)[number];

const KEY = 'aideator:early-pick';
/** `storage` events reach other tabs only. */
const CHANGED = 'aideator:early-pick-changed';

function read(): EarlyPickRule {
  try {
    const stored = window.localStorage.getItem(KEY);
    return EARLY_PICK_RULES.find((rule) => rule === stored) ?? 'ask';
  } catch {
    // The browser refuses storage. Ask each time.
    return 'ask';
  }
}

function write(rule: EarlyPickRule): void {
  try {
    window.localStorage.setItem(KEY, rule);
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

/** The rule for this browser, and how to change it. `ask` until the person has chosen. */
export function useEarlyPickRule(): [EarlyPickRule, (rule: EarlyPickRule) => void] {
  return [useSyncExternalStore(subscribe, read, () => 'ask'), write];
}
