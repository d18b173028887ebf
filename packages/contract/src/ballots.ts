import type { ResponseId } from './ids.ts';
import type { Verdict } from './verdicts.ts';

/**
 * How a person orders the responses of a turn. Those of one tier are equally good. Those that are not named lie between
 * the last tier and the worst, in no known order. Without tiers no response is good enough; one may still be the worst.
 */
export interface Ballot {
  /** Best first. No tier is empty, and no response is named twice. */
  tiers: ResponseId[][];
  /** Below all others. Not in a tier. */
  worst: ResponseId | null;
}

/** The responses of the first tier. Empty if no response is good enough. */
export function bestOf(ballot: Pick<Ballot, 'tiers'>): readonly ResponseId[] {
  return ballot.tiers[0] ?? [];
}

/** The responses that a ballot names: those in tiers, best first, then the worst. */
export function namedIn({ tiers, worst }: Ballot): ResponseId[] {
  return [...tiers.flat(), ...(worst === null ? [] : [worst])];
}

/** The verdict of a ballot. It depends on the first tier alone. */
export function verdictOf(ballot: Pick<Ballot, 'tiers'>): Verdict {
  const best = bestOf(ballot).length;
  if (best === 0) return 'none';
  return best === 1 ? 'response' : 'tie';
}
