import type { ResponseId } from './ids.ts';
import type { LiveStatus } from './statuses.ts';

/** Widths of the window, from narrow to wide. */
export const WIDTH_CLASSES = ['narrow', 'medium', 'wide'] as const;
export type WidthClass = (typeof WIDTH_CLASSES)[number];

const MEDIUM_FROM_PX = 640;
const WIDE_FROM_PX = 1_200;

/** The class of a window's width in CSS pixels. */
export function widthClassOf(widthPx: number): WidthClass {
  if (widthPx < MEDIUM_FROM_PX) return 'narrow';
  return widthPx < WIDE_FROM_PX ? 'medium' : 'wide';
}

/** One response as the person saw it. */
export interface SeenPanel {
  responseId: ResponseId;
  /** The attempt whose text was shown. */
  attempt: number;
  status: LiveStatus;
}

/** How a ballot was given, as reported by the page. */
export interface Circumstances {
  /** All responses of the turn, in the order shown. */
  panels: SeenPanel[];
  widthClass: WidthClass;
  /** Whether timings and costs were shown. */
  metricsVisible: boolean;
  /**
   * Milliseconds from the first answer shown on this page to the verdict. Null if the page did not see it arrive, because
   * it was loaded later.
   */
  msSinceFirstAnswer: number | null;
  /** Milliseconds from the verdict to this call. Large for a ballot that was kept while the connection was lost. */
  decidedMsAgo: number;
}
