import type { RevealPace } from '@aideator/contract/statuses';

/** When a blind comparison shows its answers. */
export const PACE_TEXTS: Record<RevealPace, string> = {
  together: 'When all are there',
  even: 'Evenly paced',
};
