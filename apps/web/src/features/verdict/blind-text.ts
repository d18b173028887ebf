import type { RevealPace } from '@aideator/contract/statuses';
import type { PreferenceView } from '@aideator/contract/views';

const WAITING: Record<RevealPace, string> = {
  together: 'Blind: the answers appear when all are there.',
  even: 'Blind: the answers begin when all have a first word.',
};

/** What a blind turn without texts waits for. */
export function waitingText(pace: RevealPace): string {
  return WAITING[pace];
}

/** How a blind turn was judged, once it tells the names. */
export function revealedText(preference: Pick<PreferenceView, 'isBlind' | 'isAfterReveal'> | null): string {
  if (preference?.isBlind) return 'Judged blind. Names and figures are shown now.';
  if (preference) return 'Judged with the names known.';
  return 'The names are shown. A verdict from here on is not blind.';
}
