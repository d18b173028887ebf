import { describe, expect, it } from 'vitest';
import {
  COLUMN_WIDTH_MIN_PX,
  columnTemplate,
  equalColumns,
  parseColumns,
  resizedColumns,
  sharePercent,
} from './columns.ts';

const widths = [300, 300, 300, 300];

describe('moving the edge of a column', () => {
  it('changes its two neighbours and no other column', () => {
    expect(resizedColumns({ widths, index: 1, deltaPx: 60 })).toEqual([1, 1.2, 0.8, 1]);
    expect(resizedColumns({ widths, index: 1, deltaPx: -60 })).toEqual([1, 0.8, 1.2, 1]);
  });

  it.each([10_000, -10_000])('by %i pixels stops where a column would become too narrow', (deltaPx) => {
    const narrow = Number(((COLUMN_WIDTH_MIN_PX / 1200) * 4).toFixed(3));
    const next = resizedColumns({ widths, index: 0, deltaPx });
    expect(next[deltaPx > 0 ? 1 : 0]).toBe(narrow);
    expect(next[0]).toBeCloseTo(2 - (next[1] ?? 0));
  });

  it('leaves a tenth to a column of a very wide window', () => {
    expect(resizedColumns({ widths: [2_000, 2_000], index: 0, deltaPx: 10_000 })).toEqual([1.8, 0.2]);
  });

  it('makes both columns equal if there is no room for more', () => {
    expect(resizedColumns({ widths: [180, 160], index: 0, deltaPx: 50 })).toEqual([1, 1]);
  });
});

it('a share counts from the left edge of a column to the right edge of its neighbour', () => {
  expect(sharePercent([1, 1.2, 0.8, 1], 1)).toBe(60);
  expect(sharePercent(equalColumns(3), 0)).toBe(50);
});

it('the template keeps each column wide enough to read', () => {
  expect(columnTemplate([1.2, 0.8])).toBe('minmax(12rem, 1.2fr) minmax(12rem, 0.8fr)');
});

describe('remembered columns', () => {
  it('are taken if they are as many as there are columns', () => {
    expect(parseColumns([1.2, 0.8], 2)).toEqual([1.2, 0.8]);
    expect(parseColumns([0.2, 0.2], 2)).toEqual([1, 1]);
  });

  it.each([[[1, 1, 1]], [['1', 1]], [[0, 2]], [[-1, 3]], [[1, null]], [{}], ['2'], [undefined]])(
    'are ignored if they are %j',
    (value) => {
      expect(parseColumns(value, 2)).toBeUndefined();
    },
  );
});
