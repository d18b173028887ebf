import { expect, it } from 'vitest';
import { circumstancesOf } from './circumstances.ts';
import { responseView } from './testing/views.ts';

const early = responseView(0, { text: 'early', status: 'completed' });
const late = responseView(1, { text: 'late', status: 'streaming', attempt: 2 });
const clock = (attempt: number, firstTokenAtMs?: number) => ({ attempt, startedAtMs: 0, firstTokenAtMs });
const seen = { responses: [early, late], widthPx: 1_440, nowMs: 5_000 };

it('reports every panel in order, with the attempt and the status that are shown', () => {
  const { panels, widthClass } = circumstancesOf({ ...seen, clocks: {} });
  expect(panels).toEqual([
    { responseId: 'rsp_0', attempt: 1, status: 'completed' },
    { responseId: 'rsp_1', attempt: 2, status: 'streaming' },
  ]);
  expect(widthClass).toBe('wide');
});

it('reports that no figures were shown while names are hidden', () => {
  expect(circumstancesOf({ ...seen, clocks: {} }).metricsVisible).toBe(true);
  expect(circumstancesOf({ ...seen, clocks: {}, overCount: 2 }).metricsVisible).toBe(false);
});

it('measures from the first answer that this page saw', () => {
  const clocks = { rsp_0: clock(1, 1_000), rsp_1: clock(2, 3_000) };
  expect(circumstancesOf({ ...seen, clocks }).msSinceFirstAnswer).toBe(4_000);
});

it('does not measure if the page was loaded after an answer, or none has come yet', () => {
  const clocks = { rsp_0: clock(1), rsp_1: clock(2, 3_000) };
  expect(circumstancesOf({ ...seen, clocks }).msSinceFirstAnswer).toBeNull();
  expect(circumstancesOf({ ...seen, responses: [], clocks }).msSinceFirstAnswer).toBeNull();
});
