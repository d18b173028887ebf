import type { Ballot } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import type { PreferenceView } from '@aideator/contract/views';

/** A place in a ranking, best first. */
export interface RankedPlace {
  responseId: ResponseId;
  /** Equally good as the place above. Never true for the first place. */
  joined: boolean;
}

export type Ranking = readonly RankedPlace[];

/**
 * A ranking of all answers to begin with: what the verdict says, and the answers that it does not order as shown, each by
 * itself.
 */
export function rankingOf(
  responseIds: readonly ResponseId[],
  preference: Pick<PreferenceView, 'tiers' | 'worst'> | null,
): Ranking {
  const tiers = (preference?.tiers ?? []).map((tier) => tier.filter((id) => responseIds.includes(id)));
  const named = tiers.flat();
  const worst = preference?.worst ?? null;
  const between = responseIds.filter((id) => !named.includes(id) && id !== worst);
  const last = responseIds.filter((id) => id === worst);
  const below = [...between, ...last].map((id) => [id]);
  return [...tiers, ...below].flatMap((tier) =>
    tier.map((responseId, index) => ({ responseId, joined: index > 0 })),
  );
}

/** Moves the answer at `from` one place up (-1) or down (1). The places keep their tiers. */
export function moved(ranking: Ranking, from: number, by: -1 | 1): Ranking {
  const one = ranking[from];
  const other = ranking[from + by];
  if (!one || !other) return ranking;
  return ranking.map((place, index) => {
    if (index === from) return { ...place, responseId: other.responseId };
    return index === from + by ? { ...place, responseId: one.responseId } : place;
  });
}

/** Makes the answer at `index` equally good as the one above, or worse again. */
export function toggledJoin(ranking: Ranking, index: number): Ranking {
  if (index === 0) return ranking;
  return ranking.map((place, at) => (at === index ? { ...place, joined: !place.joined } : place));
}

/** The rank of each place: 1, 2, 2, 4 for two equally good ones behind the first. */
export function ranksOf(ranking: Ranking): number[] {
  let rank = 1;
  return ranking.map(({ joined }, index) => {
    if (!joined) rank = index + 1;
    return rank;
  });
}

/** The ranking as a ballot. All answers are in tiers. */
export function ballotOf(ranking: Ranking): Ballot {
  const tiers: ResponseId[][] = [];
  for (const { responseId, joined } of ranking) {
    const tier = tiers.at(-1);
    if (joined && tier) tier.push(responseId);
    else tiers.push([responseId]);
  }
  return { tiers, worst: null };
}
