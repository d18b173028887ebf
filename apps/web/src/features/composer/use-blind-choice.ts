import type { RevealPace } from '@aideator/contract/statuses';
import { useState } from 'react';
import { useComparingDefaults } from '~/lib/comparing-defaults.ts';

export interface BlindChoice {
  /** Of the next comparison; null if it is not blind. */
  pace: RevealPace | null;
  choose: (pace: RevealPace | null) => void;
  /** The order in which models get their panels. The server draws that of a blind turn. */
  order: (modelIds: readonly string[]) => string[];
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(Math.floor(Math.random() * rest.length), 1));
}

/** Whether the next comparison is blind: as chosen here, else as the chat's last comparison, else as the person's default. */
export function useBlindChoice(chatKey: string, lastPace: RevealPace | null | undefined): BlindChoice {
  const [defaults] = useComparingDefaults();
  const [choice, setChoice] = useState<{ chatKey: string; pace: RevealPace | null }>();
  const byDefault = defaults.isBlind ? defaults.pace : null;
  return {
    pace: choice?.chatKey === chatKey ? choice.pace : lastPace === undefined ? byDefault : lastPace,
    choose: (pace) => setChoice({ chatKey, pace }),
    order: (modelIds) => (defaults.isShuffled ? shuffled(modelIds) : [...modelIds]),
  };
}
