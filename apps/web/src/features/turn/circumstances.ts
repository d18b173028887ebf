import { type Circumstances, widthClassOf } from '@aideator/contract/circumstances';
import type { TurnStoreState } from './turn-store.ts';

interface Seen extends TurnStoreState {
  /** Width of the window in CSS pixels. */
  widthPx: number;
  nowMs: number;
}

/** How a ballot is given now, on a page that shows every panel in order, with its figures unless names are hidden. */
export function circumstancesOf({ responses, clocks, overCount, widthPx, nowMs }: Seen): Circumstances {
  return {
    panels: responses.map(({ responseId, attempt, status }) => ({ responseId, attempt, status })),
    widthClass: widthClassOf(widthPx),
    // Only a turn that tells no names has this count.
    metricsVisible: overCount === undefined,
    msSinceFirstAnswer: msSinceFirstAnswer({ responses, clocks }, nowMs),
    decidedMsAgo: 0,
  };
}

/** Null if a text was there before this page watched the turn. */
function msSinceFirstAnswer({ responses, clocks }: TurnStoreState, nowMs: number): number | null {
  const seenAt = responses
    .filter(({ text }) => text !== '')
    .map(({ responseId }) => clocks[responseId]?.firstTokenAtMs);
  const known = seenAt.filter((at) => at !== undefined);
  if (known.length === 0 || known.length < seenAt.length) return null;
  return Math.max(0, Math.round(nowMs - Math.min(...known)));
}
