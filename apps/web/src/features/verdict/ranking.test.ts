import { expect, it } from 'vitest';
import { ballotOf, moved, rankingOf, ranksOf, toggledJoin } from './ranking.ts';

const IDS = ['rsp_a', 'rsp_b', 'rsp_c', 'rsp_d'] as const;

it('begins with the order shown, each answer by itself', () => {
  expect(ballotOf(rankingOf(IDS, null)).tiers).toEqual([['rsp_a'], ['rsp_b'], ['rsp_c'], ['rsp_d']]);
});

it('begins with what the verdict says: the best first, the worst last', () => {
  const ranking = rankingOf(IDS, { tiers: [['rsp_c', 'rsp_d']], worst: 'rsp_a' });
  expect(ballotOf(ranking).tiers).toEqual([['rsp_c', 'rsp_d'], ['rsp_b'], ['rsp_a']]);
});

it('leaves answers out that cannot be judged, even if the verdict names them', () => {
  const ranking = rankingOf(['rsp_a', 'rsp_b'], { tiers: [['rsp_c'], ['rsp_b']], worst: 'rsp_d' });
  expect(ballotOf(ranking).tiers).toEqual([['rsp_b'], ['rsp_a']]);
});

it('moves an answer by one place, and not beyond the ends', () => {
  const ranking = rankingOf(IDS, null);
  const ids = moved(moved(ranking, 3, -1), 0, 1).map(({ responseId }) => responseId);
  expect(ids).toEqual(['rsp_b', 'rsp_a', 'rsp_d', 'rsp_c']);
  expect(moved(ranking, 0, -1)).toEqual(ranking);
  expect(moved(ranking, 3, 1)).toEqual(ranking);
});

it('joins an answer with the one above and separates it again; the first has none above', () => {
  const ranking = rankingOf(IDS, null);
  const joined = toggledJoin(toggledJoin(ranking, 1), 2);
  expect(ballotOf(joined).tiers).toEqual([['rsp_a', 'rsp_b', 'rsp_c'], ['rsp_d']]);
  expect(ranksOf(joined)).toEqual([1, 1, 1, 4]);
  expect(ballotOf(toggledJoin(joined, 1)).tiers).toEqual([['rsp_a'], ['rsp_b', 'rsp_c'], ['rsp_d']]);
  expect(toggledJoin(ranking, 0)).toEqual(ranking);
});
