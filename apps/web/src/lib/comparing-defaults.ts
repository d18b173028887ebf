import { REVEAL_PACES, type RevealPace } from '@aideator/contract/statuses';
import { useMemo } from 'react';
import { createStoredSetting } from './stored-setting.ts';

/** How a new comparison begins in this browser. */
export interface ComparingDefaults {
  /** The pace of blind comparisons, also while they are off. */
  pace: RevealPace;
  isBlind: boolean;
  /** Puts the panels of comparisons that are not blind into a random order too. */
  isShuffled: boolean;
}

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

const setting = createStoredSetting('aideator:comparing');

function write(defaults: ComparingDefaults): void {
  setting.write(JSON.stringify(defaults));
}

/** The defaults of this browser, and how to change them. */
export function useComparingDefaults(): [ComparingDefaults, (defaults: ComparingDefaults) => void] {
  const stored = setting.useStored();
  return [useMemo(() => parseDefaults(stored), [stored]), write];
}
